import pLimit from 'p-limit'
import type { Attempt } from '../attempt.ts'
import { asUserError } from '../machine-error.ts'

/** The result for one of several targets. */
export type Outcome<Target, Value> = { readonly target: Target } & Attempt<Value>

/**
 * Runs `act` for each target, at most `limit` at once. A failure does not stop the others: a `UserError` becomes the
 * outcome of its target, and anything else is thrown once all have finished.
 */
export async function sideBySide<Target, Value>(
  targets: readonly Target[],
  limit: number,
  act: (target: Target) => Promise<Value>,
): Promise<Outcome<Target, Value>[]> {
  const slots = pLimit(Math.max(1, limit))
  const outcomes = await Promise.allSettled(
    targets.map(target => slots(async () => ({ target, value: await act(target) }))),
  )
  return outcomes.map((outcome, index): Outcome<Target, Value> => {
    if (outcome.status === 'fulfilled') return outcome.value
    const error = asUserError(outcome.reason)
    if (error === undefined) throw outcome.reason
    return { target: targets[index] as Target, error }
  })
}

/** Runs `act` for each target, at most `limit` at once. The first failure is thrown, and nothing begins after it. */
export async function mapLimited<Target, Value>(
  targets: readonly Target[],
  limit: number,
  act: (target: Target) => Promise<Value>,
): Promise<Value[]> {
  const slots = pLimit(limit)
  const actUnlessFailed = async (target: Target) => {
    try {
      return await act(target)
    } catch (error) {
      slots.clearQueue()
      throw error
    }
  }
  return await Promise.all(targets.map(target => slots(actUnlessFailed, target)))
}

/**
 * Prepares each target, at most `limit` at once, and acts on each as soon as that is done, on all of them at once: for acts
 * that mostly wait. Failures are as in `sideBySide`.
 */
export async function preparedSideBySide<Target, Ready, Value>(
  targets: readonly Target[],
  limit: number,
  prepare: (target: Target) => Promise<Ready>,
  act: (target: Target, ready: Ready) => Promise<Value>,
): Promise<Outcome<Target, Value>[]> {
  const slots = pLimit(Math.max(1, limit))
  return await sideBySide(targets, targets.length, async target => {
    const ready = await slots(() => prepare(target))
    return await act(target, ready)
  })
}
