import { regionalArn } from '../../aws/arn.ts'
import type { Part, Scope, Surroundings } from '../kind.ts'

/** The settings that say where a service is, if not where its stack's name says. */
export function ecsPlace({ name, cluster, route }: Part): Part | undefined {
  const { targetGroup } = (route ?? {}) as { targetGroup?: unknown }
  const place = {
    ...(name === undefined ? {} : { name }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(targetGroup === undefined ? {} : { route: { targetGroup } }),
  }
  return Object.keys(place).length === 0 ? undefined : place
}

/** The cluster that a service runs in; undefined where neither its settings nor the environment name one. */
export function clusterOf({ cluster }: Part, environment: Pick<Surroundings, 'cluster'>): string | undefined {
  return typeof cluster === 'string' ? cluster : environment.cluster
}

/** The settings that name where services are. */
export function ownPlaces({ given = {} }: Scope): readonly Part[] {
  return given['ecs-service'] ?? []
}

/** The clusters that services run in: the environment's, and their own. */
export function clustersIn(scope: Scope): string[] {
  const own = ownPlaces(scope).map(one => clusterOf(one, scope.environment))
  return [...new Set([scope.environment.cluster, ...own])].filter(one => one !== undefined)
}

/** The ARNs of what belongs to services: those after their stacks in the cluster of the environment, and others one by one. */
export function ofServices(scope: Scope, type: string, end = ''): string[] {
  const { name, environment } = scope
  const usual = `*-${name}`
  const own = ownPlaces(scope).map(one => ({
    cluster: clusterOf(one, environment),
    service: typeof one.name === 'string' ? one.name : usual,
  }))
  const all = [{ cluster: environment.cluster, service: usual }, ...own]
  const paths = all.flatMap(({ cluster, service }) =>
    cluster === undefined ? [] : [`${type}/${cluster}/${service}${end}`],
  )
  return [...new Set(paths)].map(path => regionalArn('ecs', environment, path))
}
