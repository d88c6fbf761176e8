import type { ServiceName } from './service-name.ts'

/** A service in an environment: what one stack holds. */
export type Target = { readonly service: ServiceName; readonly environment: string }

/** A target as a person reads it: `service-a in staging`. */
export function printTarget({ service, environment }: Target): string {
  return `${service} in ${environment}`
}

/** The id of a target's stack, and the folder in which it is synthesized. */
export function stackId({ service, environment }: Target): string {
  return `${service}-${environment}`
}
