import pLimit from 'p-limit'
import type { Attempt } from '../attempt.ts'
import { UserError } from '../user-error.ts'

/** How one of several targets went. */
export type Outcome<Target, Value> = { readonly target: Target } & Attempt<Value>

/**
 * Runs `act` for each target, at most `atOnce` at the same time. One that fails does not stop the others: a `UserError`
 * is its outcome, and anything else is thrown when all have ended.
 */
export async function sideBySide<Target, Value>(
  targets: readonly Target[],
  atOnce: number,
  act: (target: Target) => Promise<Value>,
): Promise<Outcome<Target, Value>[]> {
  const slots = pLimit(Math.max(1, atOnce))
  const outcomes = await Promise.allSettled(
    targets.map(target => slots(async () => ({ target, value: await act(target) }))),
  )
  return outcomes.map((outcome, index): Outcome<Target, Value> => {
    if (outcome.status === 'fulfilled') return outcome.value
    if (!(outcome.reason instanceof UserError)) throw outcome.reason
    return { target: targets[index] as Target, error: outcome.reason }
  })
}
