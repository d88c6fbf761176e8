import { ownFolders } from '../names/environment-name.ts'
import type { Target } from '../names/target.ts'

/** The key of a target's state in the state bucket of its environment. */
export function stateKey({ service, environment }: Target): string {
  return `${environment}/${service}.tfstate`
}

/** The folder of a target's saved plans in the same bucket. */
export function planFolder({ service, environment }: Target): string {
  return `${ownFolders.plans}/${environment}/${service}/`
}

/** The stack that all services share, and the key of its state. */
export const foundation = { stack: 'foundation', stateKey: 'foundation.tfstate' } as const

/** The stack of CI's roles in an environment's account, or by default in the artifact account, and the key of its state. */
export function accessStack(environment?: string): { readonly stack: string; readonly stateKey: string } {
  return environment === undefined
    ? { stack: 'access', stateKey: 'access.tfstate' }
    : { stack: `access-${environment}`, stateKey: `${ownFolders.roles}/${environment}.tfstate` }
}
