import { asUserError } from './machine-error.ts'
import type { UserError } from './user-error.ts'

/** A value, or the error that explains why there isn't one. */
export type Attempt<Value> = { readonly value: Value } | { readonly error: UserError }

/** Runs `act` and returns its `UserError`, or this machine's failure as one, instead of throwing it. Anything else is a bug and is thrown. */
export function attempt<Value>(act: () => Value): Attempt<Value> {
  try {
    return { value: act() }
  } catch (error) {
    return failed(error)
  }
}

/** `attempt` for an async `act`. */
export async function attemptAsync<Value>(act: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await act() }
  } catch (error) {
    return failed(error)
  }
}

function failed(error: unknown): { readonly error: UserError } {
  const known = asUserError(error)
  if (known !== undefined) return { error: known }
  throw error
}

/** Applies `act` to a value; passes an error through. */
export function andThen<Value, Next, Failed extends { readonly error: UserError }>(
  seen: { readonly value: Value } | Failed,
  act: (value: Value) => Next,
): Attempt<Next> | Failed {
  return 'value' in seen ? attempt(() => act(seen.value)) : seen
}

/** Returns the value, or throws the error. */
export function unwrap<Value>(seen: Attempt<Value>): Value {
  if ('value' in seen) return seen.value
  throw seen.error
}

/** Returns the value, or undefined if there is an error. */
export function valueIn<Value>(seen: Attempt<Value> | undefined): Value | undefined {
  return seen !== undefined && 'value' in seen ? seen.value : undefined
}

/** The values of the attempts that succeeded. */
export function valuesOf<Value>(all: readonly Attempt<Value>[]): Value[] {
  return all.flatMap(one => ('value' in one ? [one.value] : []))
}

/** The errors of the attempts that failed. */
export function errorsOf(all: readonly Attempt<unknown>[]): UserError[] {
  return all.flatMap(one => ('error' in one ? [one.error] : []))
}
