import { CreateClusterCommand, DeleteClusterCommand, DescribeClustersCommand } from '@aws-sdk/client-ecs'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'

/** `aws_ecs_cluster`: its name; settings stay in the state. */
export const ecsCluster: ResourceType = {
  label: 'ECS Cluster',
  ...knownBy('name'),
  replaceOn: ['name', 'region'],
  create: async ({ ecs }, planned) => {
    const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: String(planned.name) }))
    const arn = cluster?.clusterArn ?? null
    return { id: arn, arn }
  },
  read: async ({ ecs }, state) => {
    const seen = await found(ecs.send(new DescribeClustersCommand({ clusters: [String(state.name)] })))
    const cluster = seen?.clusters?.find(({ status }) => status === 'ACTIVE')
    const arn = cluster?.clusterArn ?? null
    return cluster === undefined ? null : { id: arn, arn }
  },
  update: async () => ({}),
  remove: async ({ ecs }, prior) => {
    await ecs.send(new DeleteClusterCommand({ cluster: String(prior.name) }))
  },
}
