import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { EcrState } from '../ecr/state.ts'
import type { BalancerState } from '../elasticloadbalancing/state.ts'
import type { Identity } from '../iam/identities.ts'
import type { DeploymentNews } from '../triggers/deployment-event.ts'
import { ecsError } from './errors.ts'
import type { HookRun } from './hooks.ts'
import type { serviceSettingsSchema } from './service-input.ts'
import type { Configuration, Stage, Step, Weights } from './stages.ts'
import type { TaskInput } from './task-input.ts'
import type { Side } from './traffic.ts'

/** How a deployment of a service ends: as asked, by failing tasks, or not at all. */
export type RolloutOutcome = 'completes' | 'fails' | 'hangs'

/** One cluster of one account in one region. */
export type Cluster = {
  name: string
  arn: string
  status: 'ACTIVE' | 'INACTIVE'
  capacityProviders: readonly string[]
  createdAt: number
}

/** What a task definition says, as it was registered. */
export type TaskContent = Pick<
  TaskInput,
  'containerDefinitions' | 'requiresCompatibilities' | 'networkMode' | 'cpu' | 'memory'
> & { [field: string]: unknown }

/** One revision of a family. */
export type TaskDefinition = {
  arn: string
  family: string
  revision: number
  status: 'ACTIVE' | 'INACTIVE'
  content: TaskContent
  registeredAt: number
  registeredBy: string
  deregisteredAt?: number
}

/** A container's image as it was resolved when its deployment began. */
export type ContainerImage = { containerName: string; image: string; imageDigest?: string }

/** What a deployment runs, fixed when it began; `pullProblem` says why it cannot. */
export type Revision = {
  arn: string
  taskDefinition: TaskDefinition
  images: ContainerImage[]
  pullProblem?: string
  createdAt: number
  /** Which target groups its tasks are in; none of its own before it is deployed. */
  side?: Side
}

/** One task of a deployment. */
export type Task = {
  arn: string
  revision: Revision
  startedBy: string
  createdAt: number
  /** Whether its process is not ready yet. */
  isPending: boolean
  /** When and why it was stopped, and what its container said of it. */
  stopped?: { at: number; reason: string; code: string; detail?: string }
}

/** One rollout as `DescribeServices` shows it. */
export type Deployment = {
  id: string
  status: 'PRIMARY' | 'ACTIVE'
  revision: Revision
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  reason: string
  createdAt: number
  updatedAt: number
  /** What it goes through, and the step that it is in since a time in milliseconds since the epoch. */
  steps: Step[]
  index: number
  since: number
  outcome: RolloutOutcome
  failedTasks: number
  side: Side
  tasks: Task[]
  record: ServiceDeployment
}

/** What a service ran when its last deployment was complete, and where. */
export type Stable = { revision: Revision; side: Side }

/** One rollout as `DescribeServiceDeployments` shows it: it includes its own rollback. */
export type ServiceDeployment = {
  arn: string
  status:
    | 'IN_PROGRESS'
    | 'SUCCESSFUL'
    | 'STOPPED'
    | 'STOP_REQUESTED'
    | 'ROLLBACK_IN_PROGRESS'
    | 'ROLLBACK_SUCCESSFUL'
  statusReason?: string
  createdAt: number
  updatedAt: number
  finishedAt?: number
  source?: Stable
  target: Revision
  /** As it was when the deployment began. */
  configuration: Configuration
  /** The step that it is in, or ended in; its own rollback's once it goes back. */
  stage?: Stage
  /** Every execution of a hook so far, oldest first. */
  hooks: HookRun[]
  /** What the target has of the traffic, where the strategy shifts any. */
  weights?: Weights
  rollback?: { reason: string; startedAt: number; revision: Revision }
  watchesAlarms: boolean
  triggeredAlarms: string[]
  breakerTriggered: boolean
}

/** One service of one cluster; `deployments` has the newest first, `history` the oldest. */
export type EcsService = {
  name: string
  arn: string
  cluster: Cluster
  status: 'ACTIVE' | 'INACTIVE'
  desiredCount: number
  settings: z.output<typeof serviceSettingsSchema>
  configuration: Configuration
  stable?: Stable
  deployments: Deployment[]
  history: ServiceDeployment[]
  stoppedTasks: Task[]
  events: { id: string; createdAt: number; message: string }[]
  createdAt: number
  createdBy: string
}

/** What runs tasks as processes. */
export type TaskRunner = {
  start: (service: EcsService, deployment: Deployment, task: Task) => void
  stop: (service: EcsService, task: Task) => void
}

/** Everything that ECS holds, by ARN, and what it needs of the other services. */
export type EcsState = {
  clusters: Map<string, Cluster>
  /** The revisions of a family, oldest first, by the family's ARN. */
  families: Map<string, TaskDefinition[]>
  services: Map<string, EcsService>
  tags: Map<string, Map<string, string>>
  /** What tests want to happen, by `cluster/service`. */
  rollouts: Map<string, { outcome: RolloutOutcome; times: number }>
  ecr: EcrState
  balancers: BalancerState
  isInAlarm: (identity: Pick<Identity, 'account' | 'region'>, alarm: string) => boolean
  /** How long it takes to start tasks, in milliseconds; 0 means until somebody looks. */
  deploymentMs: number
  /** Without one, a task is only a record. */
  runner?: TaskRunner
  /** Hears of what becomes of deployments. */
  tell?: (service: EcsService, news: DeploymentNews) => void
  clock: Clock
}

/** The ARN of something in the caller's account and region. */
export function ecsArn({ account, region }: Pick<Identity, 'account' | 'region'>, resource: string): string {
  return `arn:aws:ecs:${region}:${account}:${resource}`
}

/** Makes a cluster unless there is one; a deleted one comes back. */
export function ensureCluster(
  state: EcsState,
  owner: Pick<Identity, 'account' | 'region'>,
  name: string,
  capacityProviders: readonly string[] = ['FARGATE', 'FARGATE_SPOT'],
): Cluster {
  const arn = ecsArn(owner, `cluster/${name}`)
  const known = state.clusters.get(arn)
  const createdAt = state.clock.now()
  const cluster: Cluster = known ?? { name, arn, status: 'ACTIVE', capacityProviders, createdAt }
  cluster.status = 'ACTIVE'
  state.clusters.set(arn, cluster)
  return cluster
}

/** Finds a cluster by name or ARN. */
export function findCluster(state: EcsState, identity: Identity, cluster: string): Cluster {
  const found = state.clusters.get(cluster.includes('/') ? cluster : ecsArn(identity, `cluster/${cluster}`))
  if (!found) throw ecsError('ClusterNotFoundException', 'Cluster not found.')
  if (found.status === 'INACTIVE')
    throw ecsError('ClusterNotFoundException', 'The referenced cluster was inactive.')
  return found
}

/** Finds a service by name or ARN, deleted ones too; undefined when there never was one. */
export function lookUpService(
  state: EcsState,
  identity: Identity,
  cluster: string,
  service: string,
): EcsService | undefined {
  const { name } = findCluster(state, identity, cluster)
  return state.services.get(service.includes('/') ? service : ecsArn(identity, `service/${name}/${service}`))
}

/** Seconds since the epoch, as ECS writes a time. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}

/** An id of 32 hexadecimal digits, as tasks and revisions have. */
export function hexId(): string {
  return randomBytes(16).toString('hex')
}
