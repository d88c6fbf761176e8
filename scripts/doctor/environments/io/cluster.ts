import { type AwsSettings, incompleteAnswer, required } from '../../../aws/io/calls.ts'
import { openEcs } from '../../../aws/io/clients.ts'
import type { Look } from '../../check.ts'
import { attemptCall } from '../../io/attempt-call.ts'
import type { ClusterSeen } from '../seen.ts'

/** Looks at a cluster; undefined if there is none of that name. */
export async function observeCluster(
  settings: AwsSettings,
  cluster: string,
): Promise<Look<ClusterSeen | undefined>> {
  const { sdk, client } = await openEcs(settings)
  const call = { right: 'ecs:DescribeClusters', doing: `read the cluster ${cluster}` }
  return await attemptCall(settings, call, async () => {
    const answer = await client.send(new sdk.DescribeClustersCommand({ clusters: [cluster] }))
    const [found] = required(answer.clusters)
    if (found !== undefined)
      return { status: required(found.status), capacityProviders: found.capacityProviders ?? [] }
    // AWS names one that does not exist in `failures` (Amazon ECS developer guide, "API failure reasons").
    if (answer.failures?.some(({ reason }) => reason === 'MISSING')) return undefined
    throw incompleteAnswer()
  })
}
