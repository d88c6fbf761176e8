import { close, note } from './deployments.ts'
import { breakerThreshold, failByBreaker, failByHook } from './failing.ts'
import { startHooks } from './hooks.ts'
import { runningCount, scale, stopTasks } from './scale.ts'
import type { Step } from './stages.ts'
import { isShifting } from './stages.ts'
import type { Deployment, EcsService, EcsState } from './state.ts'
import { direct } from './traffic.ts'

/** Takes a deployment one step further if its time has come; whether it had. */
export function advance(state: EcsState, service: EcsService, primary: Deployment): boolean {
  const step = primary.steps[primary.index]
  if (step === undefined) return enter(state, service, primary, primary.since)
  if (isPaused(primary)) return endPause(state, service, primary)
  const at = primary.since + step.lastsMs
  if (at > state.clock.now()) return false
  if (step.stage === 'SCALE_UP' && !scaleUp(state, service, primary, at))
    return failToScaleUp(state, service, primary, at)
  if (primary.index < primary.steps.length - 1) return enter(state, service, primary, endOf(state, step, at))
  complete(state, service, primary, at)
  return true
}

/** Whether a hook of the current step still waits to be continued. */
function isPaused({ record }: Deployment): boolean {
  return record.hooks.some(({ status }) => status === 'AWAITING_ACTION')
}

function endPause(state: EcsState, service: EcsService, primary: Deployment): boolean {
  const waiting = primary.record.hooks.filter(({ status }) => status === 'AWAITING_ACTION')
  const [late] = waiting.sort((a, b) => a.expiresAt - b.expiresAt)
  if (late === undefined || late.expiresAt > state.clock.now()) return false
  late.status = 'TIMED_OUT'
  primary.since = late.expiresAt
  if (late.timeoutAction === 'ROLLBACK')
    failByHook(state, service, primary, `hook ${late.id} timed out.`, late.expiresAt)
  return true
}

/** Processes take as long as they take, whatever the clock says. */
function endOf({ runner, clock }: EcsState, { stage }: Step, at: number): number {
  return stage === 'SCALE_UP' && runner ? clock.now() : at
}

function enter(state: EcsState, service: EcsService, primary: Deployment, at: number): boolean {
  primary.index += 1
  primary.since = at
  const { record } = primary
  const step = primary.steps[primary.index]
  if (step === undefined) return false
  record.updatedAt = at
  record.stage = step.stage
  // On the way back no hook that pauses runs (Amazon ECS developer guide, lifecycle hooks).
  if (!record.rollback && record.source)
    record.hooks.push(...startHooks(record.configuration, step.stage, at))
  if (step.stage === 'RECONCILE_SERVICE') reconcile(state, service, primary, at)
  if (step.stage === 'SCALE_UP' && state.runner && primary.outcome === 'completes') {
    takeOver(service, primary)
    scale(state, service, primary, at)
  }
  if (step.traffic && record.weights) {
    record.weights = { ...record.weights, ...step.traffic }
    direct(state.balancers, service, primary.side, step.traffic)
  }
  return true
}

/** Ends the tasks of a deployment that was replaced before it was over, and takes its traffic away. */
function reconcile(state: EcsState, service: EcsService, primary: Deployment, at: number): void {
  const replaced = service.deployments.filter(one => one !== primary && one.rolloutState === 'IN_PROGRESS')
  for (const { record, side, tasks } of replaced) {
    if (record.weights) direct(state.balancers, service, side, { production: 0, test: 0 })
    stopTasks(state, service, tasks.splice(0), at)
  }
  service.deployments = service.deployments.filter(one => !replaced.includes(one))
}

/** Starts the tasks; whether all of them run. A deployment that replaces tasks one by one then stops the former ones. */
function scaleUp(state: EcsState, service: EcsService, primary: Deployment, at: number): boolean {
  if (primary.outcome !== 'completes') return false
  takeOver(service, primary)
  scale(state, service, primary, at)
  if (runningCount(primary) < service.desiredCount) return false
  if (!isShifting(primary.record.configuration)) stopOthers(state, service, primary, at)
  return true
}

/** What is rolled back to may still run: its tasks are not started again. */
function takeOver(service: EcsService, primary: Deployment): void {
  for (const other of service.deployments) {
    if (other !== primary && other.revision === primary.revision) primary.tasks.push(...other.tasks.splice(0))
  }
}

function failToScaleUp(state: EcsState, service: EcsService, primary: Deployment, at: number): boolean {
  if (primary.outcome === 'hangs') return false
  const isTold = primary.outcome === 'fails'
  const failedTasks = isTold ? breakerThreshold(service) : primary.failedTasks
  return failedTasks > 0 && failByBreaker(state, service, primary, { failedTasks, at })
}

function stopOthers(state: EcsState, service: EcsService, primary: Deployment, at: number): void {
  for (const other of service.deployments) {
    if (other !== primary) stopTasks(state, service, other.tasks.splice(0), at)
  }
}

function complete(state: EcsState, service: EcsService, primary: Deployment, at: number): void {
  stopOthers(state, service, primary, at)
  service.deployments = [primary]
  scale(state, service, primary, at)
  service.stable = { revision: primary.revision, side: primary.side }
  primary.rolloutState = 'COMPLETED'
  primary.reason = `ECS deployment ${primary.id} completed.`
  primary.updatedAt = at
  close(primary.record, primary.record.rollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL', at)
  note(service, at, `(deployment ${primary.id}) deployment completed.`)
  note(service, at, 'has reached a steady state.')
  const eventName = 'SERVICE_DEPLOYMENT_COMPLETED'
  state.tell?.(service, { eventName, deploymentId: primary.id, reason: primary.reason, at })
}
