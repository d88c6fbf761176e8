import pLimit from 'p-limit'
import { UserError } from '../user-error.ts'

/** What became of one of several things: a value, or why there is none. */
export type Result<Target, Value> = { readonly target: Target } & (
  | { readonly value: Value }
  | { readonly error: UserError }
)

/**
 * Does something for each of several things, so many at the same time. One that fails does not stop the others: a
 * `UserError` is its result, and anything else is thrown when all have ended.
 */
export async function sideBySide<Target, Value>(
  targets: readonly Target[],
  atOnce: number,
  act: (target: Target) => Promise<Value>,
): Promise<Result<Target, Value>[]> {
  const slots = pLimit(Math.max(1, atOnce))
  const outcomes = await Promise.allSettled(
    targets.map(target => slots(async () => ({ target, value: await act(target) }))),
  )
  return outcomes.map((outcome, index): Result<Target, Value> => {
    if (outcome.status === 'fulfilled') return outcome.value
    if (!(outcome.reason instanceof UserError)) throw outcome.reason
    return { target: targets[index] as Target, error: outcome.reason }
  })
}

/** The values of those that ended well. */
export function valuesOf<Value>(results: readonly Result<unknown, Value>[]): Value[] {
  return results.flatMap(result => ('value' in result ? [result.value] : []))
}

/** The errors of the others. */
export function errorsOf(results: readonly Result<unknown, unknown>[]): UserError[] {
  return results.flatMap(result => ('error' in result ? [result.error] : []))
}
