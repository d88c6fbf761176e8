import { attempt } from '../../base/attempt.ts'
import type { UserError } from '../../base/user-error.ts'
import type { Environment } from '../../catalogue/environments.ts'
import { serviceFile } from '../../catalogue/inputs.ts'
import { type LongestDeploy, longestDeploy } from '../../catalogue/longest-deploy.ts'
import { type ServiceConfig, settingsIn } from '../../catalogue/service-config.ts'
import { kindOf } from '../../kinds/all.ts'
import type { Kind, Need, Needs, Scope } from '../../kinds/kind.ts'
import type { ServiceName } from '../../names/service-name.ts'

/** A service's rule on the listener: its priority, and the target groups that only it forwards to. */
export type WantedRule = NonNullable<Needs['rule']> & { readonly service: ServiceName }

/** What the services of a repository need of an environment. */
export type Demand = {
  /** The services that need something, in the order of their names. */
  readonly needs: ReadonlyMap<Need, readonly ServiceName[]>
  readonly rules: readonly WantedRule[]
  /** The capacity providers that the cluster must have, with the services that run on them. */
  readonly capacityProviders: ReadonlyMap<string, readonly ServiceName[]>
  /** Whose deploy may take longest. */
  readonly longest: LongestDeploy | undefined
  /** The services whose settings for the environment are invalid, so that nobody knows what they need. */
  readonly unknown: readonly { readonly service: ServiceName; readonly error: UserError }[]
}

/** Adds up what each service needs of an environment. */
export function demandOf(
  services: readonly (readonly [ServiceName, ServiceConfig])[],
  name: string,
  environment: Environment,
): Demand {
  const all = services.map(([service, config]) => {
    return { service, needs: attempt(() => needsOf(service, config, { name, environment })) }
  })
  const known = all.flatMap(({ service, needs }) => ('value' in needs ? [{ service, ...needs.value }] : []))
  const pairs = known.flatMap(({ service, fields }) => fields.map(need => ({ need, service })))
  const groups = Map.groupBy(pairs, ({ need }) => need)
  const running = known.flatMap(({ service, capacityProviders = [] }) =>
    capacityProviders.map(provider => ({ provider, service })),
  )
  const providers = Map.groupBy(running, ({ provider }) => provider)
  return {
    needs: new Map([...groups].map(([need, users]) => [need, users.map(({ service }) => service)])),
    rules: known.flatMap(({ service, rule }) => (rule === undefined ? [] : [{ ...rule, service }])),
    capacityProviders: new Map(
      [...providers].map(([provider, users]) => [provider, users.map(({ service }) => service)]),
    ),
    longest: longestDeploy(services, { [name]: environment }),
    unknown: all.flatMap(({ service, needs }) => ('error' in needs ? [{ service, error: needs.error }] : [])),
  }
}

function needsOf(service: ServiceName, config: ServiceConfig, scope: Scope): Needs {
  const kind: Kind = kindOf(config)
  const name = serviceFile(service)
  const settings = settingsIn(kind, config, scope, { name, remedy: `Correct ${name}.` })
  return kind.needs({ service, environment: scope.name }, settings)
}
