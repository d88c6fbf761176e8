import type { Target } from '../../names/target.ts'
import { ecsNames, targetGroupName } from './names.ts'
import { providersOf } from './parts/capacity.ts'
import type { EcsSettings } from './settings.ts'

/** What an ECS service needs of its environment: a cluster and a network, and with a route a listener. */
export function ecsNeeds(target: Target, settings: Given) {
  const { capacityProviderStrategy: capacity, cluster } = settings
  // Only the environment's cluster is looked at.
  const capacityProviders =
    capacity === undefined || cluster !== undefined
      ? []
      : providersOf(capacity).map(one => one.capacityProvider)
  return { ...routeNeeds(target, settings), capacityProviders }
}

type Given = Pick<EcsSettings, 'capacityProviderStrategy' | 'cluster' | 'route' | 'smoke'>

function routeNeeds(target: Target, { cluster, route, smoke }: Given) {
  const targetGroup = targetGroupName(target, { route })
  const { otherTargetGroup } = ecsNames(target)
  const always = cluster === undefined ? (['cluster', 'network'] as const) : (['network'] as const)
  if (route === undefined) return { fields: always }
  const rule = { priority: route.priority, targetGroups: [targetGroup, otherTargetGroup] }
  const fields = [...always, 'listener'] as const
  // The new tasks can be asked only through a rule of their own.
  return smoke === undefined ? { fields, rule } : { fields: [...fields, 'testListener'] as const, rule }
}
