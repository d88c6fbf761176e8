import type { Value } from '../wire/value.ts'
import { isEqual } from '../wire/value.ts'

/** The state's JSON document if it equals the observed one, else the observed one. */
export function sameDocument(state: Value | undefined, seen: string | undefined): Value {
  if (seen === undefined) return null
  return typeof state === 'string' && isSame(state, seen) ? state : seen
}

/** Whether two texts are the same JSON; texts that are not JSON must be identical. */
export function isSame(one: string, other: string): boolean {
  if (one === other) return true
  try {
    return isEqual(JSON.parse(one) as Value, JSON.parse(other) as Value)
  } catch {
    return false
  }
}
