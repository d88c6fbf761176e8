import { UserError } from '../../../base/user-error.ts'
import { wholeOf } from '../../../kinds/io/mover.ts'
import { observe } from '../../io/observe.ts'
import { note } from '../../io/run.ts'
import { act, begin, type Watchable } from '../../io/watch.ts'
import { nextStep, type Step } from '../../next-step.ts'
import type { RolloutResult } from '../../rollout.ts'

/** The step that was taken, and how the rollout ended, if it did. */
export type Stepped = { readonly step: Step; readonly end: RolloutResult | UserError | undefined }

/**
 * Takes the next step of a rollout, and whatever has to be known for it. Whoever calls this again goes on: it remembers
 * nothing, and waits only for what is sent to arrive.
 */
export async function stepOnce(run: Watchable): Promise<Stepped> {
  const memory = await begin(run)
  for (;;) {
    const observed = await observe(run, memory)
    const { claim } = observed.seen
    // Whoever began the first phase has seen it pass.
    const isPassed = claim.by === 'us' && claim.begun !== undefined && memory.smoke.state === 'not run'
    if (isPassed) memory.smoke = { state: 'passed' }
    const seen = isPassed ? { ...observed.seen, smoke: memory.smoke } : observed.seen
    const step = nextStep(seen)
    run.follow({ seen, step })
    if (step.step === 'wait') {
      const { applied } = run.rollout
      if (run.shifting.steps !== undefined && wholeOf(observed.pointer) === applied.revision)
        await note(run, 'completed')
      return { step, end: undefined }
    }
    const end = await act({ run, memory }, { ...observed, seen }, step)
    if (step.step !== 'smoke' && step.step !== 'probe') return { step, end }
  }
}

/** Begins a rollout, or finds it under way, and leaves the rest to whoever makes its steps. */
export async function beginOnly(run: Watchable): Promise<RolloutResult> {
  const { end } = await stepOnce(run)
  if (end instanceof UserError) throw end
  return end ?? 'begun'
}
