import { alarmsNow, begin, close, note, scale, stopTasks } from './deployments.ts'
import type { Deployment, EcsService, EcsState } from './state.ts'

/**
 * Brings a service to where it would be by now. Without a duration, each look at the service ends one deployment, so
 * that both a failed deployment and the rollback after it can be seen.
 */
export function settle(state: EcsState, service: EcsService): void {
  for (;;) {
    const [primary] = service.deployments
    if (service.status === 'INACTIVE' || primary?.rolloutState !== 'IN_PROGRESS') return
    const alarms = triggeredAlarms(state, service, primary)
    if (alarms.length > 0) failByAlarm(state, service, primary, alarms)
    else if (primary.dueAt > state.clock.now()) return
    else if (primary.outcome === 'completes') complete(service, primary)
    else if (!failByBreaker(state, service, primary)) return
    if (state.deploymentMs === 0) return
  }
}

/** Ends a deployment as failed; ECS then deploys what ran before, when told to and when something did. */
export function fail(
  state: EcsState,
  service: EcsService,
  primary: Deployment,
  { watch, cause, rollback, at }: { watch: string; cause: string; rollback: boolean; at: number },
): void {
  const reason = `${watch}: ${cause}`
  primary.rolloutState = 'FAILED'
  primary.reason = reason
  primary.updatedAt = at
  note(service, at, `(deployment ${primary.id}) deployment failed: ${cause}`)
  const { record } = primary
  const former = service.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED')
  const revision = former?.revision ?? record.source
  if (!rollback || !revision) {
    close(record, 'STOPPED', at, reason)
    return
  }
  record.status = 'ROLLBACK_IN_PROGRESS'
  record.statusReason = reason
  record.updatedAt = at
  record.rollback = { reason, startedAt: at, revision }
  const back = begin(state, service, { revision, record, outcome: 'completes', at })
  const to = former?.id ?? revision.arn
  back.reason = `${watch}: rolling back to deploymentId ${to}.`
  note(service, at, `rolling back to deployment ${to}.`)
}

function complete(service: EcsService, primary: Deployment): void {
  const at = primary.dueAt
  for (const other of service.deployments) if (other !== primary) stopTasks(service, other.tasks, at)
  service.deployments = [primary]
  scale(service, primary, at)
  primary.rolloutState = 'COMPLETED'
  primary.reason = `ECS deployment ${primary.id} completed.`
  primary.updatedAt = at
  close(primary.record, primary.record.rollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL', at)
  note(service, at, `(deployment ${primary.id}) deployment completed.`)
  note(service, at, 'has reached a steady state.')
}

/** Without a circuit breaker ECS tries for ever, as it does with one while tasks only wait, say for capacity. */
function failByBreaker(state: EcsState, service: EcsService, primary: Deployment): boolean {
  if (primary.outcome === 'hangs') return false
  const at = primary.dueAt
  const breaker = service.configuration.deploymentCircuitBreaker
  const { pullProblem } = primary.revision
  if (primary.failedTasks === 0 && pullProblem)
    note(service, at, `was unable to start a task. ${pullProblem}`)
  // Amazon ECS developer guide, deployment circuit breaker: half of the desired tasks, at least 3, at most 200.
  primary.failedTasks = Math.min(200, Math.max(3, Math.ceil(service.desiredCount / 2)))
  if (!breaker?.enable) return false
  primary.record.breakerTriggered = true
  const how = { watch: 'ECS deployment circuit breaker', cause: 'tasks failed to start.' }
  fail(state, service, primary, { ...how, rollback: breaker.rollback, at })
  return true
}

function failByAlarm(state: EcsState, service: EcsService, primary: Deployment, alarms: string[]): void {
  primary.record.triggeredAlarms = alarms
  const how = { watch: 'ECS deployment alarms', cause: `alarm detected: ${alarms.join(', ')}.` }
  const rollback = service.configuration.alarms?.rollback ?? false
  fail(state, service, primary, { ...how, rollback, at: state.clock.now() })
}

function triggeredAlarms(state: EcsState, service: EcsService, { record }: Deployment): string[] {
  return record.rollback || !record.watchesAlarms ? [] : alarmsNow(state, service)
}
