import type { DeploymentConfiguration, Deployment as EcsDeployment, Service } from '@aws-sdk/client-ecs'
import { type AwsSettings, awsFailure, explainAws, incompleteAnswer } from '../../../aws/io/calls.ts'
import { openEcs } from '../../../aws/io/clients.ts'
import { plain } from '../../../base/printable.ts'
import { UserError } from '../../../base/user-error.ts'
import { type Digest, isDigest } from '../../../names/digest.ts'
import type { EcsApplied } from '../applied.ts'
import type { Deployment } from '../deployment.ts'

/** Identifies an ECS service. */
export type EcsRef = { readonly cluster: string; readonly service: string }

/** The service that was applied. */
export function refOf({ cluster, serviceName }: EcsApplied): EcsRef {
  return { cluster, service: serviceName }
}

/** The container that runs a release: by its name, or where that is not known by the tag of its image. */
export type ReleaseContainer = { readonly container?: string | undefined; readonly tag: string }

/** A service as it stands: its deployments, the one in progress, and how it deploys. */
export type EcsStanding = {
  readonly arn: string | undefined
  readonly deployments: readonly Deployment[]
  /** The ARN of the service deployment in progress. */
  readonly inProgress: string | undefined
  readonly configuration: DeploymentConfiguration
}

/** The calls to ECS that Waybill makes. */
export type Ecs = {
  /** The deployments of a service; undefined if the service does not exist. */
  deployments(ref: EcsRef): Promise<Deployment[] | undefined>
  /** The same, with what stopping or replacing a deployment needs. */
  stand(ref: EcsRef): Promise<EcsStanding | undefined>
  /** The task definitions of the latest successful deployments, newest first. */
  successful(ref: EcsRef): Promise<string[]>
  /** Stops a deployment in progress: ECS goes back to what ran before. Returns false if it is over. */
  stopDeployment(serviceDeploymentArn: string): Promise<boolean>
  /** Gives a service another task definition, and deploys it without phases. Returns false if ECS has it no more. */
  setAtOnce(ref: EcsRef, taskDefinition: string, configuration: DeploymentConfiguration): Promise<boolean>
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

/** A deployment as ECS describes it. */
export function deploymentOf(one: EcsDeployment): Deployment {
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

function standingOf(found: Service | undefined): EcsStanding | undefined {
  if (found === undefined) return undefined
  return {
    arn: found.serviceArn,
    deployments: (found.deployments ?? []).map(deploymentOf),
    inProgress: found.currentServiceDeployment,
    configuration: found.deploymentConfiguration ?? {},
  }
}

/**
 * How to deploy with everything that protects a deployment and nothing that delays it. Blue/green moves all traffic in
 * one step (Amazon ECS developer guide, "Amazon ECS deployment strategies"), and its bake time and hooks are left out.
 */
export function atOnce(configuration: DeploymentConfiguration): DeploymentConfiguration {
  const {
    strategy,
    linearConfiguration: _,
    canaryConfiguration: __,
    lifecycleHooks: ___,
    ...rest
  } = configuration
  if (strategy === undefined || strategy === 'ROLLING') return rest
  return { ...rest, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [] }
}

// The words of ECS for a task definition that was deregistered, or deleted.
function isGone(error: unknown): boolean {
  const { name, message } = awsFailure(error instanceof UserError ? error.origin : error)
  return name === 'ClientException' && /^TaskDefinition (?:is inactive|not found)/.test(message)
}

// Amazon ECS API reference, DescribeServiceRevisions: up to 20 per call.
const mostRevisions = 20

// Amazon ECS API reference, DescribeTasks: up to 100 tasks per call.
const mostTasks = 100

/** Connects to ECS in an environment. */
export async function connectEcs(settings: AwsSettings): Promise<Ecs> {
  const { sdk, client } = await openEcs(settings)
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
  const update = async (
    { cluster, service }: EcsRef,
    taskDefinition: string,
    deploymentConfiguration?: DeploymentConfiguration,
  ) => {
    const doing = `give ${service} of ${cluster} the task definition ${taskDefinition}`
    const how = deploymentConfiguration === undefined ? {} : { deploymentConfiguration }
    const command = new sdk.UpdateServiceCommand({ cluster, service, taskDefinition, ...how })
    const answer = await client.send(command).catch(error => {
      throw explainAws(error, settings, doing)
    })
    if (answer.service?.deployments === undefined) throw explainAws(incompleteAnswer(), settings, doing)
    return answer.service.deployments.map(deploymentOf)
  }
  return {
    async deployments(ref) {
      return (await find(ref))?.deployments?.map(deploymentOf)
    },
    stand: async ref => standingOf(await find(ref)),
    async successful({ cluster, service }) {
      try {
        const { serviceDeployments = [] } = await client.send(
          new sdk.ListServiceDeploymentsCommand({ cluster, service, status: ['SUCCESSFUL'] }),
        )
        const arns = serviceDeployments
          .flatMap(one => one.targetServiceRevisionArn ?? [])
          .slice(0, mostRevisions)
        if (arns.length === 0) return []
        const { serviceRevisions = [] } = await client.send(
          new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns: arns }),
        )
        // ECS does not say in which order it describes them.
        const byArn = new Map(serviceRevisions.map(one => [one.serviceRevisionArn, one.taskDefinition]))
        return arns.flatMap(arn => byArn.get(arn) ?? [])
      } catch (error) {
        throw explainAws(error, settings, `read the deployments of ${service} in ${cluster}`)
      }
    },
    async stopDeployment(serviceDeploymentArn) {
      const command = new sdk.StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' })
      try {
        await client.send(command)
        return true
      } catch (error) {
        const { name } = awsFailure(error)
        if (name === 'ConflictException' || name === 'ServiceDeploymentNotFoundException') return false
        throw explainAws(error, settings, `stop the deployment ${serviceDeploymentArn}`)
      }
    },
    async setAtOnce(ref, taskDefinition, configuration) {
      try {
        await update(ref, taskDefinition, atOnce(configuration))
        return true
      } catch (error) {
        if (isGone(error)) return false
        throw error
      }
    },
    setTaskDefinition: (ref, taskDefinition) => update(ref, taskDefinition),
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
