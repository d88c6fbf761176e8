import { attemptAsync } from '../../base/attempt.ts'
import type { UserError } from '../../base/user-error.ts'
import { type Pointer, type Shifting, wholeOf } from '../../kinds/io/mover.ts'
import { lookSeconds } from '../judge.ts'
import { heldInPhase, notBegun, yielded } from '../messages.ts'
import { deadlineOf, nextStep, type Step } from '../next-step.ts'
import type { RolloutResult } from '../rollout.ts'
import { type Memory, type Observed, observe } from './observe.ts'
import { becomeReady, note, type Run, startupMinutes, verify, waitForArrival } from './run.ts'
import { runSmoke } from './smoke.ts'
import { takeBack } from './take-back.ts'

/** A rollout of a platform that can divide traffic. */
export type Watchable = Run & { readonly shifting: Shifting }

const lookMs = lookSeconds * 1000
// What cannot be seen for a minute is not watched any more.
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
      await bear(watch, observed.error)
      continue
    }
    watch.failures = 0
    const step = nextStep(observed.value.seen)
    run.follow({ seen: observed.value.seen, step })
    if ((await act(watch, observed.value, step)) === 'over') return 'moved'
  }
}

type Watch = { readonly run: Watchable; readonly memory: Memory; failures: number }

async function begin({ mover, rollout, journal }: Watchable): Promise<Memory> {
  const { applied, plan } = rollout
  const pointer = await mover.look(applied)
  const other = pointer && Object.keys(pointer.shares).find(one => one !== applied.revision)
  return {
    // Before there was a ledger, nothing says what was verified.
    stable: journal.before() ?? other,
    smoke: { state: plan.smoke === undefined ? 'none' : 'not run' },
    entered: undefined,
    phase: undefined,
    arrived: false,
    probed: 0,
  }
}

/** Waits after a look that failed; goes back if nothing has been seen for too long. */
async function bear(watch: Watch, error: UserError): Promise<void> {
  const { run, memory } = watch
  watch.failures += 1
  if (memory.phase === undefined) throw error
  const isPassing = error.ending === 'cloud' && watch.failures < mostFailures
  if (isPassing) return await pause(run, lookMs)
  throw await takeBack(
    run,
    memory.stable,
    `it could not be watched: ${[error.message, error.cause].filter(Boolean).join(': ')}`,
  )
}

async function act(
  { run, memory }: Watch,
  { seen, pointer }: Observed,
  step: Step,
): Promise<'over' | 'goes on'> {
  const { rollout } = run
  switch (step.step) {
    case 'refuse':
      throw notBegun(rollout, step.why)
    case 'smoke':
      memory.smoke = await runSmoke(run)
      return 'goes on'
    case 'probe':
      await probe(run, memory, step.calls)
      return 'goes on'
    case 'shift':
      await shift(run, memory, { pointer, phase: step.phase, share: step.share, now: seen.now })
      return 'goes on'
    case 'wait':
      await pause(run, Math.min(lookMs, Math.max(1000, step.until.getTime() - seen.now.getTime())))
      return 'goes on'
    case 'complete':
      await complete(run)
      return 'over'
    case 'back':
      throw await takeBack(run, memory.stable, step.why)
    case 'hold':
      await run.journal.held('the run was stopped with ON_STOP=hold')
      throw heldInPhase(rollout, pointer.says)
    case 'yield':
      throw yielded(rollout, step.to)
  }
}

async function probe(run: Watchable, memory: Memory, calls: number): Promise<void> {
  const probed = await runSmoke(run, calls)
  if (probed.state === 'passed') memory.probed += calls
  else memory.smoke = probed
}

type Shift = { readonly pointer: Pointer; readonly phase: number; readonly share: number; readonly now: Date }

/** Begins a phase, or goes on with its first step: the entry comes first, so that no share is without one. */
async function shift(run: Watchable, memory: Memory, { pointer, phase, share, now }: Shift): Promise<void> {
  const { mover, rollout, journal, shifting } = run
  const { applied } = rollout
  const waiting = { ...run, deadline: freshDeadline(run) }
  if (memory.entered === undefined) {
    await becomeReady(waiting)
    await journal.started(wholeOf(pointer))
  }
  if (memory.entered !== phase && !(await enter(run, phase, share, now))) return
  memory.entered = phase
  if (pointer.shares[applied.revision] === share) return
  if (share < 100)
    return void (await shifting.shift(applied, { revision: applied.revision, percent: share }, pointer))
  if ((await mover.send(applied, applied.revision, pointer)) !== 'sent') return
  await waitForArrival(waiting, { revision: applied.revision, seen: pointer })
  await note(run, 'completed')
  await verify(waiting)
}

/** Writes that a phase begins; false where a newer entry says that it must not. One phase alone needs no entry. */
async function enter(
  { rollout, journal }: Watchable,
  phase: number,
  share: number,
  now: Date,
): Promise<boolean> {
  const { phases } = rollout.plan
  const begun = phases[phase]
  if (begun === undefined || phases.length === 1) return true
  return await journal.shifted({ phase, share, deadline: deadlineOf(begun, { phase, at: now }) })
}

async function complete(run: Watchable): Promise<void> {
  const { mover, rollout, journal } = run
  const { applied } = rollout
  await note(run, 'completed')
  await verify({ ...run, deadline: freshDeadline(run) })
  await note(run, 'verified')
  await mover.keepStable?.(applied, applied.revision, journal.before())
}

function freshDeadline({ clock, waitMs }: Run) {
  return { from: clock.now(), ms: waitMs ?? startupMinutes * 60_000 }
}

/** Sleeps, but not on after the run was asked to stop. */
async function pause({ clock, signal }: Run, ms: number): Promise<void> {
  if (signal.aborted) return await clock.sleep(1000)
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = () => resolve()
  signal.addEventListener('abort', stop)
  try {
    await Promise.race([clock.sleep(ms), promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
