import type { Value } from '../wire/value.ts'
import { isEqual } from '../wire/value.ts'

/** A JSON document as the state has it, or as it was seen when that says something else. */
export function sameDocument(state: Value | undefined, seen: string | undefined): Value {
  if (seen === undefined) return null
  return typeof state === 'string' && isSame(state, seen) ? state : seen
}

/** Whether two texts are the same JSON; what is not JSON is the same only when it is the same text. */
export function isSame(one: string, other: string): boolean {
  if (one === other) return true
  try {
    return isEqual(JSON.parse(one) as Value, JSON.parse(other) as Value)
  } catch {
    return false
  }
}
