import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { ecsError } from './errors.ts'
import { readInput, tagsSchema } from './input.ts'
import type { Cluster, EcsService, EcsState } from './state.ts'
import { ecsArn, ensureCluster, findCluster } from './state.ts'
import { setTags } from './tags.ts'

const createSchema = z.object({
  clusterName: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,255}$/)
    .default('default'),
  capacityProviders: z.array(z.string()).default([]),
  tags: tagsSchema.default([]),
})
const describeSchema = z.object({ clusters: z.array(z.string()).max(100).default(['default']) })
const deleteSchema = z.object({ cluster: z.string() })

/** CreateCluster, which returns the one that exists (Amazon ECS API reference). */
export function createCluster(state: EcsState, identity: Identity, input: unknown): object {
  const { clusterName, capacityProviders, tags } = readInput(createSchema, input)
  const cluster = ensureCluster(state, identity, clusterName, capacityProviders)
  setTags(state, cluster.arn, tags)
  return { cluster: print(state, cluster) }
}

/** DescribeClusters: one cluster or one failure for each name. */
export function describeClusters(state: EcsState, identity: Identity, input: unknown): object {
  const { clusters: wanted } = readInput(describeSchema, input)
  const clusters: object[] = []
  const failures: object[] = []
  for (const name of wanted) {
    const arn = name.includes('/') ? name : ecsArn(identity, `cluster/${name}`)
    const cluster = state.clusters.get(arn)
    if (cluster) clusters.push(print(state, cluster))
    else failures.push({ arn, reason: 'MISSING' })
  }
  return { clusters, failures }
}

/** DeleteCluster, which refuses while the cluster has services; it is INACTIVE then (Amazon ECS API reference, Cluster). */
export function deleteCluster(state: EcsState, identity: Identity, input: unknown): object {
  const cluster = findCluster(state, identity, readInput(deleteSchema, input).cluster)
  if (servicesOf(state, cluster).length > 0) {
    const message = 'The Cluster cannot be deleted while Services are active.'
    throw ecsError('ClusterContainsServicesException', message)
  }
  cluster.status = 'INACTIVE'
  return { cluster: print(state, cluster) }
}

function servicesOf(state: EcsState, cluster: Cluster): EcsService[] {
  return [...state.services.values()].filter(
    service => service.cluster === cluster && service.status === 'ACTIVE',
  )
}

function print(state: EcsState, cluster: Cluster): object {
  const services = servicesOf(state, cluster)
  const tasks = services.flatMap(service => service.deployments.flatMap(deployment => deployment.tasks))
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.length,
    pendingTasksCount: 0,
    activeServicesCount: services.length,
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: [],
    settings: [],
    statistics: [],
  }
}
