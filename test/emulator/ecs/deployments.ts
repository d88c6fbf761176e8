import { randomInt, randomUUID } from 'node:crypto'
import { findReferencedImage, mayPull, parseImageUri } from '../ecr/image-reference.ts'
import type {
  Deployment,
  EcsService,
  EcsState,
  Revision,
  RolloutOutcome,
  ServiceDeployment,
  Task,
  TaskDefinition,
} from './state.ts'
import { hexId } from './state.ts'

/** Fixes what a deployment will run: the tags of its images are resolved now, not task by task. */
function makeRevision(state: EcsState, service: EcsService, definition: TaskDefinition): Revision {
  const resolved = definition.content.containerDefinitions.map(({ name, image }) => {
    const reference = parseImageUri(state.ecr, ownerOf(service), image)
    // An image of another registry cannot be looked up here: it is taken to be there.
    const owner = ownerOf(service)
    const root = `arn:aws:iam::${owner.account}:root`
    const puller = { ...owner, arn: root, principalArn: root }
    const isAllowed = reference !== undefined && mayPull(state.ecr, reference, puller)
    const found = isAllowed ? findReferencedImage(state.ecr, reference) : undefined
    return { name, image, digest: found?.digest, missing: reference !== undefined && !found }
  })
  const missing = resolved.find(container => container.missing)?.image
  return {
    arn: arnBeside(service, 'service-revision', digits()),
    taskDefinition: definition,
    images: resolved.map(({ name, image, digest }) => ({
      containerName: name,
      image,
      ...(digest === undefined ? {} : { imageDigest: digest }),
    })),
    ...(missing === undefined ? {} : { pullProblem: `CannotPullContainerError: ${missing}: not found` }),
    createdAt: state.clock.now(),
  }
}

/** Begins a deployment; the one before keeps its tasks until this one is complete. */
export function deploy(state: EcsState, service: EcsService, definition: TaskDefinition): void {
  const now = state.clock.now()
  const [former] = service.deployments
  if (former?.rolloutState === 'IN_PROGRESS') {
    close(former.record, 'STOPPED', now, 'Replaced by a newer deployment.')
  }
  const revision = makeRevision(state, service, definition)
  // A service that wants no task has none to tell what was complete.
  const source = service.deployments.find(
    ({ tasks, rolloutState }) => tasks.length > 0 || rolloutState === 'COMPLETED',
  )?.revision
  const record: ServiceDeployment = {
    arn: arnBeside(service, 'service-deployment', hexId().slice(0, 21)),
    status: 'IN_PROGRESS',
    createdAt: now,
    updatedAt: now,
    ...(source ? { source } : {}),
    target: revision,
    // An alarm that is on when a deployment starts switches the watch off for it (Amazon ECS developer guide).
    watchesAlarms: service.configuration.alarms?.enable === true && alarmsNow(state, service).length === 0,
    triggeredAlarms: [],
    breakerTriggered: false,
  }
  service.history.push(record)
  begin(state, service, { revision, record, outcome: nextOutcome(state, service), at: now })
}

/** Puts a deployment in front, which `settle` will bring to its end. */
export function begin(
  state: EcsState,
  service: EcsService,
  { revision, record, outcome, at }: Pick<Deployment, 'revision' | 'record' | 'outcome'> & { at: number },
): Deployment {
  const id = `ecs-svc/${digits()}`
  const started: Deployment = {
    id,
    status: 'PRIMARY',
    revision,
    rolloutState: 'IN_PROGRESS',
    reason: `ECS deployment ${id} in progress.`,
    createdAt: at,
    updatedAt: at,
    dueAt: at + state.deploymentMs,
    outcome: revision.pullProblem === undefined ? outcome : 'fails',
    failedTasks: 0,
    tasks: [],
    record,
  }
  const others = service.deployments.filter(
    ({ tasks, rolloutState }) => tasks.length > 0 || rolloutState === 'FAILED',
  )
  for (const other of others) other.status = 'ACTIVE'
  service.deployments = [started, ...others]
  return started
}

/** Ends a deployment's record. */
export function close(
  record: ServiceDeployment,
  status: ServiceDeployment['status'],
  at: number,
  reason?: string,
): void {
  record.status = status
  record.updatedAt = at
  record.finishedAt = at
  if (reason !== undefined) record.statusReason = reason
}

/** Starts or stops tasks of a deployment until there are as many as the service wants. */
export function scale(service: EcsService, deployment: Deployment, at: number): void {
  while (deployment.tasks.length < service.desiredCount) {
    const { revision, id } = deployment
    const arn = `${service.cluster.arn.replace(':cluster/', ':task/')}/${hexId()}`
    deployment.tasks.push({ arn, revision, startedBy: id, createdAt: at })
  }
  const tooMany = deployment.tasks.splice(service.desiredCount)
  stopTasks(service, tooMany, at)
}

/** Stops tasks, which can still be described afterwards. */
export function stopTasks(service: EcsService, tasks: Task[], at: number): void {
  const reason = `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`
  service.stoppedTasks.push(...tasks.map(task => ({ ...task, stopped: { at, reason } })))
}

/** Adds an event, newest first, as ECS keeps the last 100. */
export function note(service: EcsService, at: number, message: string): void {
  const event = { id: randomUUID(), createdAt: at, message: `(service ${service.name}) ${message}` }
  service.events = [event, ...service.events].slice(0, 100)
}

/** Those of the service's alarms that are in ALARM now. */
export function alarmsNow(state: EcsState, service: EcsService): string[] {
  const { configuration } = service
  if (!configuration.alarms?.enable) return []
  const owner = ownerOf(service)
  return configuration.alarms.alarmNames.filter(name => state.isInAlarm(owner, name))
}

function ownerOf({ arn }: EcsService): { account: string; region: string } {
  const [, , , region = '', account = ''] = arn.split(':')
  return { account, region }
}

function nextOutcome(state: EcsState, { cluster, name }: EcsService): RolloutOutcome {
  const wanted = state.rollouts.get(`${cluster.name}/${name}`)
  if (!wanted || wanted.times === 0) return 'completes'
  wanted.times -= 1
  return wanted.outcome
}

function arnBeside(service: EcsService, kind: string, id: string): string {
  return `${service.arn.replace(':service/', `:${kind}/`)}/${id}`
}

function digits(): string {
  return Array.from({ length: 19 }, () => randomInt(1, 10)).join('')
}
