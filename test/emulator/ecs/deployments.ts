import { randomUUID } from 'node:crypto'
import { arnBeside, digits, makeRevision, ownerOf } from './revision.ts'
import type { Step } from './stages.ts'
import { isShifting, stepsOf } from './stages.ts'
import type {
  Deployment,
  EcsService,
  EcsState,
  RolloutOutcome,
  ServiceDeployment,
  TaskDefinition,
} from './state.ts'
import { hexId } from './state.ts'
import { otherSide } from './traffic.ts'

/** Begins a deployment; the one before keeps its tasks until this one is complete. */
export function deploy(state: EcsState, service: EcsService, definition: TaskDefinition): void {
  const now = state.clock.now()
  const [former] = service.deployments
  const isReplacing = former?.rolloutState === 'IN_PROGRESS'
  if (isReplacing) close(former.record, 'STOPPED', now, 'Replaced by a newer deployment.')
  const { configuration, stable } = service
  const revision = makeRevision(state, service, definition)
  const record: ServiceDeployment = {
    arn: arnBeside(service, 'service-deployment', hexId().slice(0, 21)),
    status: 'IN_PROGRESS',
    createdAt: now,
    updatedAt: now,
    ...(stable ? { source: stable } : {}),
    target: revision,
    configuration,
    hooks: [],
    ...(isShifting(configuration) ? { weights: { production: 0, test: 0 } } : {}),
    // An alarm that is on when a deployment starts switches the watch off for it (Amazon ECS developer guide).
    watchesAlarms: configuration.alarms?.enable === true && alarmsNow(state, service).length === 0,
    triggeredAlarms: [],
    breakerTriggered: false,
  }
  service.history.push(record)
  const isFirst = stable === undefined
  revision.side = !isFirst && isShifting(configuration) ? otherSide(stable.side) : (stable?.side ?? 'main')
  const { id, reason } = begin(service, {
    revision,
    record,
    outcome: nextOutcome(state, service),
    side: revision.side,
    steps: stepsOf(configuration, { scaleUpMs: state.deploymentMs, isFirst, isReplacing }),
    at: now,
  })
  const eventName = 'SERVICE_DEPLOYMENT_IN_PROGRESS'
  state.tell?.(service, { eventName, deploymentId: id, reason, at: now })
}

/** What a deployment is begun with. */
export type Beginning = Pick<Deployment, 'revision' | 'record' | 'outcome' | 'side'> & {
  steps: Step[]
  at: number
}

/** Puts a deployment in front, which `settle` will bring to its end. */
export function begin(
  service: EcsService,
  { revision, record, outcome, side, steps, at }: Beginning,
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
    steps,
    index: -1,
    since: at,
    outcome: revision.pullProblem === undefined ? outcome : 'fails',
    failedTasks: 0,
    side,
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

/** Adds an event, newest first, as ECS keeps the last 100. */
export function note(service: EcsService, at: number, message: string): void {
  const event = { id: randomUUID(), createdAt: at, message: `(service ${service.name}) ${message}` }
  service.events = [event, ...service.events].slice(0, 100)
}

/** Those of the service's alarms that are in ALARM now. */
export function alarmsNow(state: EcsState, service: EcsService): string[] {
  const { alarms } = service.configuration
  if (!alarms?.enable) return []
  const owner = ownerOf(service)
  return alarms.alarmNames.filter(name => state.isInAlarm(owner, name))
}

function nextOutcome(state: EcsState, { cluster, name }: EcsService): RolloutOutcome {
  const wanted = state.rollouts.get(`${cluster.name}/${name}`)
  if (!wanted || wanted.times === 0) return 'completes'
  wanted.times -= 1
  return wanted.outcome
}
