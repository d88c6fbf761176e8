import { attemptAsync } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { type Shifting, standing, wholeOf } from '../../kinds/io/mover.ts'
import { notTakenBack } from '../back-messages.ts'
import { rolloutErrors } from '../errors.ts'
import { lookSeconds } from '../judge.ts'
import { heldInPhase, notBegun, setByHand, yielded } from '../messages.ts'
import { deadlineOf, nextStep, type Step } from '../next-step.ts'
import type { RolloutResult } from '../rollout.ts'
import type { Seen } from '../seen.ts'
import { type Memory, type Observed, observe } from './observe.ts'
import { becomeReady, note, type Run, startupMinutes, verify, waitForArrival } from './run.ts'
import { runSmoke } from './smoke.ts'
import { finish, prepare } from './steps.ts'
import { type Back, takeBack } from './take-back.ts'

/** A rollout of a platform that can divide traffic. */
export type Watchable = Run & { readonly shifting: Shifting }

const lookMs = lookSeconds * 1000
const shortestPauseMs = 1000
// What cannot be seen or moved on for a minute is not watched any more.
const mostFailures = 4

/**
 * Sends the traffic to what was applied phase by phase, and back if it does not do well. It begins wherever an earlier run
 * has stopped: what is true is in the ledger, the pointer and CloudWatch.
 */
export async function watchRollout(run: Watchable): Promise<RolloutResult> {
  const watch: Watch = { run, memory: await begin(run), failures: 0 }
  for (;;) {
    const observed = await attemptAsync(() => observe(run, watch.memory))
    if ('error' in observed) {
      await bear(watch, observed.error, 'be watched')
      continue
    }
    const step = nextStep(observed.value.seen)
    run.follow({ seen: observed.value.seen, step })
    const acted = await attemptAsync(() => act(watch, observed.value, step))
    if ('error' in acted) {
      await bear(watch, acted.error, 'go on')
      continue
    }
    watch.failures = 0
    const { value: end } = acted
    if (end instanceof UserError) throw end
    if (end !== undefined) return end
  }
}

type Watch = { readonly run: Watchable; readonly memory: Memory; failures: number }

/** What a run knows of a rollout that it begins with, or goes on with. */
export async function begin({ mover, rollout, journal, shifting }: Watchable): Promise<Memory> {
  const { applied, plan } = rollout
  const stood = await standing(mover, applied)
  const other = stood && Object.keys(stood.pointer.shares).find(one => one !== applied.revision)
  return {
    // Before there was a ledger, only the platform can say what ran well.
    stable: journal.stable() ?? other ?? (await stood?.fallback()),
    // A platform that shifts by itself runs the new revision only once it was told to.
    smoke: { state: plan.smoke === undefined ? 'none' : shifting.steps === undefined ? 'not run' : 'later' },
    entered: undefined,
    phase: undefined,
    arrived: false,
    probed: 0,
    isOnItsWay: false,
  }
}

/**
 * Waits after a look or a step that failed; goes back if nothing has worked for too long. Before the first phase, nothing
 * has to be watched, and the run can simply end.
 */
async function bear(watch: Watch, error: UserError, failedTo: 'be watched' | 'go on'): Promise<void> {
  const { run, memory } = watch
  watch.failures += 1
  const isUnderWay = memory.phase !== undefined || memory.entered !== undefined || memory.isOnItsWay
  // Whoever moved it may be the reason to go on, to go back, or to yield: the next look tells.
  const isMoved = error.errorCode === rolloutErrors['rollout-moved']
  const mayPass = isMoved || (isUnderWay && error.ending === 'cloud')
  if (mayPass && watch.failures < mostFailures) return await pause(run, lookMs)
  const isGone = error.errorCode === rolloutErrors['rollout-no-pointer']
  if (!isUnderWay || isGone || error.ending === 'rolledBack') throw error
  const why = `it could not ${failedTo}: ${[error.message, error.cause].filter(Boolean).join(': ')}`
  const back = await attemptAsync(() =>
    takeBack(run, { stable: memory.stable, why, isStopped: run.signal.aborted, isBlind: true }),
  )
  throw 'error' in back ? notTakenBack(run.rollout, why, back.error) : back.value
}

/** Takes a step. Returns how the run ends, if it does. */
export async function act(
  { run, memory }: Pick<Watch, 'run' | 'memory'>,
  { seen, pointer }: Observed,
  step: Step,
): Promise<RolloutResult | UserError | undefined> {
  const { rollout, journal, shifting } = run
  switch (step.step) {
    case 'refuse':
      if (memory.isOnItsWay) return await takeBack(run, backBy(step, memory))
      return await refuse(run, memory, pointer, step.why)
    case 'smoke':
      memory.smoke = await runSmoke(run)
      return undefined
    case 'probe':
      await probe(run, memory, step.calls)
      return undefined
    case 'shift':
      await shift(run, memory, { pointer, seen, step })
      return undefined
    case 'wait':
      if (shifting.steps !== undefined && wholeOf(pointer) === rollout.applied.revision)
        await note(run, 'completed')
      await pause(run, untilLook(run))
      return undefined
    case 'complete':
      await complete(run)
      return 'moved'
    case 'back':
      return await takeBack(run, backBy(step, memory))
    case 'hold':
      await journal.held('the run was stopped with ON_STOP=hold')
      return heldInPhase(rollout, pointer.says)
    case 'yield':
      return step.isByHand ? setByHand(rollout, step.to) : yielded(rollout, step.to)
  }
}

function backBy(
  { why, isStopped = false, ...more }: Extract<Step, { step: 'refuse' | 'back' }>,
  { stable }: Memory,
): Back {
  return { stable, why, isStopped, isAbandoned: 'isAbandoned' in more && more.isAbandoned === true }
}

/** Ends what an interrupted run may have begun without moving traffic. */
async function refuse(
  { rollout, journal }: Watchable,
  { stable }: Memory,
  pointer: Observed['pointer'],
  why: string,
): Promise<UserError> {
  if (stable !== undefined && wholeOf(pointer) === stable) await journal.rolledBack(stable, why)
  return notBegun(rollout, why)
}

async function probe(run: Watchable, memory: Memory, calls: number): Promise<void> {
  const probed = await runSmoke(run, calls)
  if (probed.state === 'passed') memory.probed += calls
  else memory.smoke = probed
}

type Shift = {
  readonly pointer: Observed['pointer']
  readonly seen: Seen
  readonly step: Extract<Step, { step: 'shift' }>
}

/** Begins a phase, or goes on with its first step: the entry comes first, so that no share is without one. */
async function shift(run: Watchable, memory: Memory, { pointer, seen, step }: Shift): Promise<void> {
  const { mover, rollout, journal, shifting } = run
  const { applied } = rollout
  const { phase, share, isBegun } = step
  const waiting = { ...run, deadline: freshDeadline(run) }
  if (memory.entered === undefined) await becomeReady(waiting)
  if (memory.phase === undefined) {
    await journal.started(wholeOf(pointer))
    if (!(await prepare(waiting, memory, pointer))) return
  }
  const hasEntry = isBegun || memory.entered === phase
  if (!hasEntry && !(await enter(run, phase, share, seen.now))) return
  memory.entered = phase
  if (pointer.shares[applied.revision] === share) return
  const bySteps = shifting.steps !== undefined
  const sent =
    share < 100 || bySteps
      ? await shifting.shift(applied, { revision: applied.revision, percent: share }, pointer)
      : await mover.send(applied, applied.revision, pointer)
  // Somebody changed it since the look, perhaps only its description.
  if (sent !== 'sent') return await pause(run, shortestPauseMs)
  if (share < 100 || bySteps) return
  await waitForArrival(waiting, { revision: applied.revision, seen: pointer })
  await note(run, 'completed')
  await verify(waiting)
}

/** Writes that a phase begins; false where a newer entry says that it must not. */
async function enter(
  { rollout, journal }: Watchable,
  phase: number,
  share: number,
  now: Date,
): Promise<boolean> {
  const { phases } = rollout.plan
  const begun = phases[phase]
  if (begun === undefined) return true
  return await journal.shifted({ phase, share, deadline: deadlineOf(begun, { phase, at: now }) })
}

async function complete(run: Watchable): Promise<void> {
  const { mover, rollout, journal, shifting } = run
  const { applied } = rollout
  const waiting = { ...run, deadline: freshDeadline(run) }
  await note(run, 'completed')
  await finish(waiting)
  // Before the last entry, after which nobody would come back for it.
  await shifting.steps?.rest(applied)
  await verify(waiting)
  await note(run, 'verified')
  await mover.keepStable?.(applied, applied.revision, journal.before())
}

function freshDeadline({ clock, waitMs }: Run) {
  return { from: clock.now(), ms: waitMs ?? startupMinutes * 60_000 }
}

/** The time until the next look. All rollouts of a run look at the same moments, so that they ask CloudWatch together. */
function untilLook({ clock }: Run): number {
  return shortestPauseMs + lookMs - ((clock.now() + shortestPauseMs) % lookMs)
}

/** Sleeps, but not on after the run was asked to stop. */
async function pause({ clock, signal }: Run, ms: number): Promise<void> {
  if (signal.aborted) return await clock.sleep(shortestPauseMs)
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = () => resolve()
  signal.addEventListener('abort', stop)
  try {
    await Promise.race([clock.sleep(ms), promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
