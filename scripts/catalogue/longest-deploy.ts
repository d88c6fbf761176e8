import { attempt } from '../base/attempt.ts'
import type { ServiceName } from '../names/service-name.ts'
import { deployMinutes } from '../strategy/session.ts'
import type { Environments } from './environments.ts'
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
  environments: Environments['environments'],
): LongestDeploy | undefined {
  const all = Object.entries(environments).flatMap(([name, environment]) =>
    services.flatMap(([service, config]) => {
      const target = { service, environment: name }
      const plan = attempt(() => rolloutPlan(config, target, environment, serviceJsonSource(service)))
      return 'value' in plan ? [{ ...target, minutes: deployMinutes(plan.value.phases) }] : []
    }),
  )
  return all.toSorted((a, b) => b.minutes - a.minutes)[0]
}
