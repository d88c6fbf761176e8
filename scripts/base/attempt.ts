import { UserError } from './user-error.ts'

/** A value, or the error that says why there is none. */
export type Attempt<Value> = { readonly value: Value } | { readonly error: UserError }

/** Tries something; a `UserError` is an answer, and a bug is thrown as it is. */
export function attempt<Value>(act: () => Value): Attempt<Value> {
  try {
    return { value: act() }
  } catch (error) {
    return failed(error)
  }
}

/** The same for something that takes its time. */
export async function attemptAsync<Value>(act: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await act() }
  } catch (error) {
    return failed(error)
  }
}

/** The attempt that failed with an error; a bug is thrown as it is. */
function failed(error: unknown): { readonly error: UserError } {
  if (error instanceof UserError) return { error }
  throw error
}

/** Goes on from a value; an error stays what it is. */
export function andThen<Value, Next, Failed extends { readonly error: UserError }>(
  seen: { readonly value: Value } | Failed,
  act: (value: Value) => Next,
): Attempt<Next> | Failed {
  return 'value' in seen ? attempt(() => act(seen.value)) : seen
}

/** The value; throws the error where there is none. */
export function unwrap<Value>(seen: Attempt<Value>): Value {
  if ('value' in seen) return seen.value
  throw seen.error
}

/** The value; undefined where there is none. */
export function valueIn<Value>(seen: Attempt<Value> | undefined): Value | undefined {
  return seen !== undefined && 'value' in seen ? seen.value : undefined
}

/** The values of those that went well. */
export function valuesOf<Value>(all: readonly Attempt<Value>[]): Value[] {
  return all.flatMap(one => ('value' in one ? [one.value] : []))
}

/** The errors of the others. */
export function errorsOf(all: readonly Attempt<unknown>[]): UserError[] {
  return all.flatMap(one => ('error' in one ? [one.error] : []))
}
