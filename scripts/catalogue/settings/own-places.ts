import { kindOf } from '../../kinds/all.ts'
import type { Part, Scope } from '../../kinds/kind.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Target } from '../../names/target.ts'
import { givenIn, type ServiceConfig } from '../service-config.ts'

/** A service that is elsewhere than its stack's name says, and the settings that say where. */
export type OwnPlace = { readonly target: Target; readonly kind: string; readonly given: Part }

/** The services of an environment that were there before Waybill and keep their names, or have a cluster of their own. */
export function ownPlaces(
  services: Readonly<Record<ServiceName, ServiceConfig>>,
  scope: Pick<Scope, 'name' | 'environment'>,
): OwnPlace[] {
  const all = Object.entries(services) as [ServiceName, ServiceConfig][]
  return all.flatMap(([service, config]) => {
    const given = kindOf(config).place?.(givenIn(config, scope))
    const target = { service, environment: scope.name }
    return given === undefined ? [] : [{ target, kind: config.kind, given }]
  })
}

/** The settings of such services by their kinds, as a kind's rights take them. */
export function byKind(places: readonly OwnPlace[]): NonNullable<Scope['given']> {
  const groups = Map.groupBy(places, ({ kind }) => kind)
  return Object.fromEntries([...groups].map(([kind, some]) => [kind, some.map(({ given }) => given)]))
}
