import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { attempt, valueIn } from '../../base/attempt.ts'
import { parseJson } from '../../base/parse-json.ts'
import { type Entry, eventOf, isKnown, type ReadEntry, schemaVersion } from '../../ledger/entry.ts'
import type { State } from '../../ledger/state.ts'
import { planBack } from '../back.ts'

const sequence = z.int().min(1)

const wayBack = z.strictObject({
  /** The entry that this is true after, and when it was written. */
  sequence,
  time: z.iso.datetime(),
  repository: z.string().optional(),
  /** The rollout that has not ended, and whether the ledger says that it has moved any traffic. */
  open: z.strictObject({ sequence, revision: z.string(), hasMoved: z.boolean() }).optional(),
  /** What this very entry verified. */
  verified: z.strictObject({ tag: z.string(), revision: z.string() }).optional(),
  /** Where the traffic goes back to; nowhere if nothing was verified before. */
  to: z.strictObject({ sequence, tag: z.string(), revision: z.string() }).optional(),
})

/** The way back from what an entry left. */
export type WayBack = z.output<typeof wayBack>

// A hint is as new as its entry: a guardian that does not know the one must not act by the other.
const hintSchema = wayBack.extend({ schema: z.literal(schemaVersion) })

/** The way back that an entry leaves: from the rollout which is open or, without one, from what was verified last. */
export function wayBackAfter(entry: ReadEntry, state: State): WayBack {
  const { sequence, time, repository } = entry
  const open = openIn(state)
  const [newest] = state.good
  const isVerified = eventOf(entry)?.type === 'verified' && newest?.sequence === sequence
  const to =
    open === undefined
      ? planBack(state, newest?.revision).candidates[0]
      : state.good.find(({ revision }) => revision !== open.revision)
  const known = state.good.find(one => one.sequence === to?.sequence)
  return {
    ...{ sequence, time, repository, open },
    verified: isVerified ? { tag: newest.tag, revision: newest.revision } : undefined,
    to: known && { sequence: known.sequence, tag: known.tag, revision: known.revision },
  }
}

function openIn({ open }: State): WayBack['open'] {
  if (open?.type !== 'rollout' || open.revision === undefined) return undefined
  const { sequence, revision, shift, completed } = open
  return { sequence, revision, hasMoved: shift !== undefined || completed === true }
}

/** The hint to leave beside an entry; undefined if nobody would go back after it. */
export function hintOf({ state, ...entry }: Entry): string | undefined {
  const way = wayBackAfter({ ...entry, state }, state)
  const isOpen = way.open !== undefined || (state.open === null && way.verified !== undefined)
  if (!isOpen || way.to === undefined) return undefined
  return Buffer.from(JSON.stringify({ schema: entry.schema, ...way })).toString('base64url')
}

/** What a hint beside an entry says; undefined if a newer Waybill left it, or if it is about another entry. */
export function wayBackIn(hint: string, at: number): WayBack | undefined {
  const text = Buffer.from(hint, 'base64url').toString()
  const said = valueIn(attempt(() => parseJson(text, hintSchema, { name: 'the hint', remedy: '' })))
  if (said?.sequence !== at) return undefined
  const { schema: _, ...way } = said
  return way
}

/** Whether a hint beside an entry says what the entry does, or nothing that a guardian would go by. */
export function isWayBackOf(hint: string, entry: ReadEntry): boolean {
  const said = wayBackIn(hint, entry.sequence)
  if (said === undefined || !isKnown(entry)) return true
  return isDeepStrictEqual(said, JSON.parse(JSON.stringify(wayBackAfter(entry, entry.state))))
}
