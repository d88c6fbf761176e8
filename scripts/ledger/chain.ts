import { isDeepStrictEqual } from 'node:util'
import type { Attempt } from '../base/attempt.ts'
import type { Digest } from '../names/digest.ts'
import { eventOf, isKnown, type ReadEntry } from './entry.ts'
import { advance, initialState } from './state.ts'

/** An entry's place, the SHA-256 of its bytes, and what it says. */
export type Link = {
  readonly sequence: number
  readonly digest: Digest
  readonly entry: Attempt<ReadEntry>
  /** What was left beside it. */
  readonly hints?: readonly string[]
}

/** A place in a ledger where something is wrong. */
export type ChainFault = { readonly sequence: number; readonly fault: string }

/**
 * The faults of a ledger's entries, oldest first: an entry that is missing, cannot be read, is not the one that the entry
 * after it was made for, or says something else than what follows from the entries before it.
 */
export function chainFaults(links: readonly Link[]): ChainFault[] {
  const checker = chainChecker()
  return [...links.flatMap(link => checker.add(link)), ...checker.end()]
}

/** Finds the same faults in entries that come one after the other, oldest first, without keeping them. */
export function chainChecker() {
  let before: Link | undefined
  const waiting: Link[] = []
  const next = (): ChainFault[] => {
    const [link, ...after] = waiting as [Link, ...Link[]]
    const faults = faultsOf(link, before, after)
    before = waiting.shift()
    return faults
  }
  return {
    /** Returns the faults that the entry shows: its own, or of one before it. */
    add(link: Link): ChainFault[] {
      waiting.push(link)
      // Two entries after another one tell whether it was changed.
      return waiting.length > 2 ? next() : []
    },
    end(): ChainFault[] {
      const faults: ChainFault[] = []
      while (waiting.length > 0) faults.push(...next())
      return faults
    },
  }
}

function faultsOf(link: Link, before: Link | undefined, after: readonly Link[]): ChainFault[] {
  const missing = missingBetween(before?.sequence ?? 0, link.sequence)
  // After a gap there is nothing to compare with.
  if (missing.length > 0) return [...missing, ...unreadable(link)]
  const fault = unreadable(link)[0] ?? unlike(link, before, after)
  return fault === undefined ? [] : [fault]
}

// Somebody may have put an entry far away from the others.
const mostNamed = 100

function missingBetween(before: number, next: number): ChainFault[] {
  const missing = Math.max(0, next - before - 1)
  if (missing > mostNamed)
    return [{ sequence: before + 1, fault: `is missing, and so are all up to ${next - 1}` }]
  return Array.from({ length: missing }, (_, index) => ({
    sequence: before + 1 + index,
    fault: 'is missing',
  }))
}

function unreadable({ sequence, entry }: Link): ChainFault[] {
  return 'error' in entry ? [{ sequence, fault: `cannot be used: ${entry.error.cause}` }] : []
}

function unlike(
  link: Link,
  before: Link | undefined,
  [after, afterThat]: readonly Link[],
): ChainFault | undefined {
  // The next entry tells, unless it was changed itself.
  if (isConfirmed(link, after) === false && isConfirmed(after, afterThat) !== false)
    return { sequence: link.sequence, fault: 'was changed: the next entry was made for other bytes' }
  // Only the newest entry has none after it that would tell which of the two was changed.
  if (after === undefined && isUsable(before) && isConfirmed(before, link) === false)
    return { sequence: link.sequence, fault: 'or the entry before it was changed: they do not fit together' }
  if (!follows(link, before))
    return { sequence: link.sequence, fault: 'was changed: it does not follow from the entries before it' }
  return undefined
}

/** Whether the next entry was made for these bytes; undefined if nothing tells. */
function isConfirmed(link: Link | undefined, after: Link | undefined): boolean | undefined {
  if (
    link === undefined ||
    after === undefined ||
    after.sequence !== link.sequence + 1 ||
    'error' in after.entry
  )
    return undefined
  return after.entry.value.previous === link.digest
}

function follows({ entry }: Link, before: Link | undefined): boolean {
  if ('error' in entry || (before !== undefined && 'error' in before.entry)) return true
  const { value } = entry
  if (before === undefined && value.previous !== null) return false
  const event = eventOf(value)
  if (event === undefined || !isKnown(value)) return true
  const state = before === undefined ? initialState : (before.entry as { value: ReadEntry }).value.state
  return isDeepStrictEqual(value.state, advance(state, event, value.sequence))
}

function isUsable(link: Link | undefined): boolean {
  return link !== undefined && 'value' in link.entry
}
