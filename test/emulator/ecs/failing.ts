import { begin, close, note } from './deployments.ts'
import { isShifting, stepsBack } from './stages.ts'
import type { Deployment, EcsService, EcsState } from './state.ts'
import { direct } from './traffic.ts'

/** Ends a deployment as failed; ECS then deploys what ran before, when told to and when something did. */
export function fail(
  state: EcsState,
  service: EcsService,
  primary: Deployment,
  { watch, cause, rollback, at }: { watch: string; cause: string; rollback: boolean; at: number },
): void {
  const reason = `${watch}: ${cause}`
  const { record } = primary
  primary.rolloutState = 'FAILED'
  primary.reason = reason
  primary.updatedAt = at
  for (const hook of record.hooks) if (hook.status === 'AWAITING_ACTION') hook.status = 'FAILED'
  note(service, at, `(deployment ${primary.id}) deployment failed: ${cause}`)
  const eventName = 'SERVICE_DEPLOYMENT_FAILED'
  state.tell?.(service, { eventName, deploymentId: primary.id, reason, at })
  const stable = service.stable
  if (!rollback || !stable) {
    close(record, 'STOPPED', at, reason)
    return
  }
  if (isShifting(record.configuration)) {
    record.weights = { production: 0, test: 0 }
    direct(state.balancers, service, primary.side, record.weights)
  }
  record.status = 'ROLLBACK_IN_PROGRESS'
  record.statusReason = reason
  record.updatedAt = at
  record.rollback = { reason, startedAt: at, revision: stable.revision }
  const former = service.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED')
  const steps = stepsBack(state.deploymentMs)
  const back = begin(service, { ...stable, record, outcome: 'completes', steps, at })
  const to = former?.id ?? stable.revision.arn
  back.reason = `${watch}: rolling back to deploymentId ${to}.`
  note(service, at, `rolling back to deployment ${to}.`)
}

/** Without a circuit breaker ECS tries for ever, as it does with one while tasks only wait, say for capacity. */
export function failByBreaker(
  state: EcsState,
  service: EcsService,
  primary: Deployment,
  { failedTasks, at }: { failedTasks: number; at: number },
): boolean {
  const breaker = primary.record.configuration.deploymentCircuitBreaker
  const { pullProblem } = primary.revision
  if (primary.failedTasks === 0 && pullProblem)
    note(service, at, `was unable to start a task. ${pullProblem}`)
  primary.failedTasks = failedTasks
  if (!breaker?.enable || failedTasks < breakerThreshold(service)) return false
  primary.record.breakerTriggered = true
  const how = { watch: 'ECS deployment circuit breaker', cause: 'tasks failed to start.' }
  fail(state, service, primary, { ...how, rollback: breaker.rollback, at })
  return true
}

/** Amazon ECS developer guide, deployment circuit breaker: half of the desired tasks, at least 3, at most 200. */
export function breakerThreshold({ desiredCount }: EcsService): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)))
}

/** Ends a deployment because alarms rang. */
export function failByAlarm(
  state: EcsState,
  service: EcsService,
  primary: Deployment,
  alarms: string[],
): void {
  primary.record.triggeredAlarms = alarms
  const how = { watch: 'ECS deployment alarms', cause: `alarm detected: ${alarms.join(', ')}.` }
  const rollback = primary.record.configuration.alarms?.rollback ?? false
  fail(state, service, primary, { ...how, rollback, at: state.clock.now() })
}

/** Ends a deployment because a hook said so, or nobody continued it in time. */
export function failByHook(
  state: EcsState,
  service: EcsService,
  primary: Deployment,
  cause: string,
  at: number,
): void {
  fail(state, service, primary, { watch: 'ECS deployment lifecycle hook', cause, rollback: true, at })
}
