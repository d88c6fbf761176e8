import { attempt } from '../base/attempt.ts'
import type { ServiceName } from '../names/service-name.ts'
import { deployMinutes } from '../strategy/session.ts'
import { rolloutPlan, type ServiceConfig } from './service-config.ts'
import { serviceJsonSource } from './sources.ts'

/** The service whose deploy to an environment may take longest, and how long, in minutes. */
export type LongestDeploy = {
  readonly service: ServiceName
  readonly environment: string
  readonly minutes: number
}

/**
 * Finds the longest deploy to some environments; undefined without a service. One whose settings are invalid there is left
 * out: it cannot be deployed.
 */
export function longestDeploy(
  services: readonly (readonly [ServiceName, ServiceConfig])[],
  environments: readonly string[],
): LongestDeploy | undefined {
  const all = environments.flatMap(environment =>
    services.flatMap(([service, config]) => {
      const plan = attempt(() => rolloutPlan(config, { service, environment }, serviceJsonSource(service)))
      return 'value' in plan ? [{ service, environment, minutes: deployMinutes(plan.value.phases) }] : []
    }),
  )
  return all.toSorted((a, b) => b.minutes - a.minutes)[0]
}
