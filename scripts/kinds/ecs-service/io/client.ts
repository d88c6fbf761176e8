import type { Deployment as EcsDeployment } from '@aws-sdk/client-ecs'
import { type AwsSettings, explainAws, incompleteAnswer, makeClient } from '../../../aws/io/calls.ts'
import { plain } from '../../../base/printable.ts'
import { type Digest, isDigest } from '../../../names/digest.ts'
import type { Deployment } from '../deployment.ts'

/** Identifies an ECS service. */
export type EcsRef = { readonly cluster: string; readonly service: string }

/** The container that runs a release: by its name, or where that is not known by the tag of its image. */
export type ReleaseContainer = { readonly container?: string | undefined; readonly tag: string }

/** The calls to ECS that Waybill makes. */
export type Ecs = {
  /** The deployments of a service; undefined if the service does not exist. */
  deployments(ref: EcsRef): Promise<Deployment[] | undefined>
  /** Gives a service another task definition, which starts a deployment. Returns the resulting deployments. */
  setTaskDefinition(ref: EcsRef, taskDefinition: string): Promise<Deployment[]>
  /** The image digests that run a task definition's release; undefined: not known yet. */
  runningDigests(
    ref: EcsRef,
    taskDefinition: string,
    release: ReleaseContainer,
  ): Promise<(Digest | undefined)[]>
  /** Recent ECS events of a service, newest first. */
  events(ref: EcsRef): Promise<string[]>
}

function deploymentOf(one: EcsDeployment): Deployment {
  return {
    id: one.id ?? '',
    status: one.status ?? '',
    taskDefinition: one.taskDefinition ?? '',
    rollout: one.rolloutState,
    reason: one.rolloutStateReason === undefined ? undefined : plain(one.rolloutStateReason, 400),
    desired: one.desiredCount ?? 0,
    running: one.runningCount ?? 0,
  }
}

// Amazon ECS API reference, DescribeTasks: up to 100 tasks per call.
const mostTasks = 100

/** Connects to ECS in an environment. */
export async function connectEcs(settings: AwsSettings): Promise<Ecs> {
  const sdk = await import('@aws-sdk/client-ecs')
  const client = makeClient(sdk.ECSClient, 'ECS', settings)
  const find = async ({ cluster, service }: EcsRef) => {
    const command = new sdk.DescribeServicesCommand({ cluster, services: [service] })
    const answer = await client.send(command).catch(error => {
      throw explainAws(error, settings, `read the ECS service ${service} of ${cluster}`)
    })
    const [found] = answer.services ?? []
    // AWS lists a missing service in `failures`, so an answer with neither is broken.
    if (found === undefined && (answer.failures ?? []).length === 0)
      throw explainAws(incompleteAnswer(), settings, `read the ECS service ${service} of ${cluster}`)
    return found?.status === 'INACTIVE' ? undefined : found
  }
  return {
    async deployments(ref) {
      return (await find(ref))?.deployments?.map(deploymentOf)
    },
    async setTaskDefinition({ cluster, service }, taskDefinition) {
      const doing = `give ${service} of ${cluster} the task definition ${taskDefinition}`
      const command = new sdk.UpdateServiceCommand({ cluster, service, taskDefinition })
      const answer = await client.send(command).catch(error => {
        throw explainAws(error, settings, doing)
      })
      if (answer.service?.deployments === undefined) throw explainAws(incompleteAnswer(), settings, doing)
      return answer.service.deployments.map(deploymentOf)
    },
    async runningDigests({ cluster, service }, taskDefinition, { container, tag }) {
      const digests: (Digest | undefined)[] = []
      try {
        const list = { cluster, serviceName: service, desiredStatus: 'RUNNING' } as const
        for await (const { taskArns = [] } of sdk.paginateListTasks({ client, pageSize: mostTasks }, list)) {
          if (taskArns.length === 0) continue
          const { tasks = [] } = await client.send(new sdk.DescribeTasksCommand({ cluster, tasks: taskArns }))
          const own = tasks.filter(task => task.taskDefinitionArn === taskDefinition)
          const containers = own
            .flatMap(task => task.containers ?? [])
            .filter(({ name, image }) =>
              container === undefined ? image?.endsWith(`:${tag}`) : name === container,
            )
          digests.push(
            ...containers.map(({ imageDigest = '' }) => (isDigest(imageDigest) ? imageDigest : undefined)),
          )
        }
      } catch (error) {
        throw explainAws(error, settings, `read the tasks of ${service} in ${cluster}`)
      }
      return digests
    },
    async events(ref) {
      return ((await find(ref))?.events ?? []).flatMap(({ message }) => message ?? [])
    },
  }
}
