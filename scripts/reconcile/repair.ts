import type { Good, State } from '../ledger/state.ts'

/** Where the traffic of a service goes, compared with what its ledger and its pin say. */
export type Standing = {
  readonly state: State
  /** The sequence of the newest entry; zero in a ledger without any. */
  readonly sequence: number
  /** The revision that has all the traffic; undefined if several share it. */
  readonly running: string | undefined
  /** The revision that an open rollout is about. */
  readonly begun: string | undefined
  /** The tag that is pinned. */
  readonly pinned: string | undefined
}

/** What is to be done about what a ledger does not say. */
export type Repair =
  | { readonly step: 'nothing' }
  /** Traffic was sent back without an entry. */
  | { readonly step: 'note rollback'; readonly to: Good; readonly from: Good }
  /** A rollback has its entry, and its pin or its end is missing. */
  | { readonly step: 'finish rollback'; readonly to: Good; readonly sequence: number }
  /** A rollout arrived without its last entries: they are written if what serves is what was released. */
  | { readonly step: 'note arrival'; readonly started: number }
  /** A person has to look. */
  | { readonly step: 'tell'; readonly problem: string }

/** Decides what is missing from a ledger. What does not fit is told, never written. */
export function decideRepair({ state, sequence, running, begun, pinned }: Standing): Repair {
  const { open, good } = state
  // What was deployed before there was a ledger is in none.
  if (sequence === 0) return { step: 'nothing' }
  const [newest] = good
  if (running === undefined)
    return open === null
      ? { step: 'tell', problem: 'several revisions share the traffic, and no rollout has begun' }
      : { step: 'nothing' }
  if (open?.type === 'rollback') {
    if (newest?.revision === running) return { step: 'finish rollback', to: newest, sequence: open.sequence }
    return tell(running, `entry ${open.sequence} sent it back to ${newest?.revision ?? 'another one'}`)
  }
  if (open !== null) {
    if (begun === running) return { step: 'note arrival', started: open.sequence }
    return tell(running, `the rollout that entry ${open.sequence} began has not ended`)
  }
  const at = good.findIndex(({ revision }) => revision === running)
  const found = good[at]
  if (newest === undefined || found === undefined)
    return tell(running, `the ledger verified ${newest?.revision ?? 'nothing'} last`)
  if (at > 0) return { step: 'note rollback', to: found, from: newest }
  return pinned === undefined ? tell(running, 'nothing is pinned') : { step: 'nothing' }
}

function tell(running: string, but: string): Repair {
  return { step: 'tell', problem: `the traffic goes to revision ${running}, but ${but}` }
}
