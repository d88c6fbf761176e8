import { z } from 'zod'
import { isDigest } from '../names/digest.ts'
import type { LedgerEvent } from './entry.ts'

// The longest list that a person goes back along step by step; older ones are found by their sequence or version.
const mostGood = 10

const good = z.strictObject({
  /** The sequence of its `verified` entry, or of the `rollback` to it where that is not known. */
  sequence: z.int().min(1),
  tag: z.string(),
  digest: z.string().refine(isDigest, 'must be sha256: and 64 hexadecimal digits'),
  settings: z.string(),
  revision: z.string(),
})

/** A deployment that traffic may go back to. */
export type Good = z.output<typeof good>

/** The schema of what is true after an entry. */
export const stateSchema = z.strictObject({
  /** The sequence of the entry that stops automatic deploys. */
  hold: z.int().min(1).nullable(),
  /** The entry that began a rollout or a rollback which has not ended. */
  open: z
    .strictObject({
      sequence: z.int().min(1),
      type: z.enum(['rollout', 'rollback']),
      /** Of a rollout: what it sends traffic to. */
      revision: z.string().optional(),
      /** The newest phase of a rollout, its share of the traffic in percent, and the entry that it began with. */
      shift: z
        .strictObject({
          sequence: z.int().min(1),
          phase: z.int().min(1),
          share: z.number().gt(0).max(100),
          /** When it goes back if nobody has continued it by then. */
          deadline: z.iso.datetime(),
        })
        .optional(),
      /** Whether all traffic goes there already. */
      completed: z.literal(true).optional(),
    })
    .nullable(),
  /** Verified deployments, newest first, without what was rolled back from. */
  good: z.array(good).max(mostGood),
})

/** What is true after an entry. */
export type State = z.output<typeof stateSchema>

/** Whether two deployments are of the same release with the same settings, in whichever revisions. */
export function isAlike(a: Content, b: Content): boolean {
  return a.tag === b.tag && a.digest === b.digest && a.settings === b.settings
}

type Content = Pick<Good, 'tag' | 'digest' | 'settings'>

/** What is true in a ledger without entries. */
export const initialState: State = { hold: null, open: null, good: [] }

/** What is true after an event at a sequence. */
export function advance(state: State, event: LedgerEvent, sequence: number): State {
  switch (event.type) {
    case 'started':
      return {
        ...state,
        open: { sequence, type: 'rollout', revision: event.deployment.applied.revision },
      }
    case 'shifted': {
      const { started, type: _, ...shift } = event
      if (state.open?.sequence !== started) return state
      return { ...state, open: { ...state.open, shift: { sequence, ...shift } } }
    }
    case 'completed':
      return state.open?.sequence === event.started
        ? { ...state, open: { ...state.open, completed: true } }
        : state
    case 'rolled-back':
      return { ...state, open: null, hold: event.holds ? sequence : state.hold }
    case 'verified':
    case 'repaired':
      return { ...state, open: null, good: withNewest(state.good, goodOf(event, sequence)) }
    case 'rollback':
      // The hold is part of going back: without it, the next deploy would bring back what was bad.
      return {
        hold: sequence,
        open: { sequence, type: 'rollback' },
        good: backTo(state.good, goodOf(event, sequence), event.of),
      }
    case 'rollback-completed':
      return { ...state, open: state.open?.sequence === event.of ? null : state.open }
    case 'held':
      return { ...state, hold: sequence }
    case 'resumed':
      return { ...state, hold: null }
    case 'destroyed':
      // A person destroys, and a hold stops only what deploys: it outlives the service.
      return { ...state, open: null, good: [] }
  }
}

/**
 * The verified deployment that traffic was sent back to without an entry, if it was. `running` has all the traffic,
 * undefined if several revisions share it; `begun` is what an open rollout sends traffic to.
 */
export function sentBackTo(
  { good, open }: State,
  running: string | undefined,
  begun: string | undefined,
): Good | undefined {
  const to = good.find(({ revision }) => revision === running)
  if (open === null) return to === good[0] ? undefined : to
  // Until all traffic has arrived, a rollout may not have begun to send it, or AWS may have ended it.
  const isDone = open.type === 'rollout' && open.completed && begun !== undefined && begun !== running
  return isDone ? to : undefined
}

type WithDeployment = Extract<LedgerEvent, { type: 'verified' | 'repaired' | 'rollback' }>

function goodOf({ deployment }: WithDeployment, sequence: number): Good {
  const { tag, digest, settings, applied } = deployment
  return { sequence, tag, digest, settings, revision: applied.revision }
}

function withNewest(all: readonly Good[], newest: Good): Good[] {
  return [newest, ...all.filter(({ revision }) => revision !== newest.revision)].slice(0, mostGood)
}

/** Drops what is newer than the deployment that traffic went back to. */
function backTo(all: readonly Good[], target: Good, of: number | undefined): Good[] {
  const at = all.findIndex(({ sequence, revision }) => sequence === of || revision === target.revision)
  return at === -1 ? [{ ...target, sequence: of ?? target.sequence }] : all.slice(at)
}
