import { type Good, type State, sentBackTo } from '../ledger/state.ts'
import { abandonedPhase } from '../rollout/journal.ts'

/** Where the traffic of a service goes, compared with what its ledger says. */
export type Standing = {
  readonly state: State
  /** The time of AWS. */
  readonly now: Date
  /** The sequence of the newest entry; zero in a ledger without any. */
  readonly sequence: number
  /** The revision that has all the traffic; undefined if several share it. */
  readonly running: string | undefined
  /** What an open rollout sends traffic to. */
  readonly begun: Place | undefined
}

/** A revision, and the release that it is of. */
export type Place = Pick<Good, 'tag' | 'revision'>

/** What is to be done about what a ledger does not say. */
export type Repair =
  | { readonly step: 'nothing' }
  /** Traffic was sent back without an entry. */
  | { readonly step: 'note rollback'; readonly to: Good; readonly from: Place }
  /** A rollback has its entry, and its pin or its end is missing. */
  | { readonly step: 'finish rollback'; readonly to: Good; readonly sequence: number }
  /** A rollout arrived without its last entries: they are written if what serves is what was released. */
  | { readonly step: 'note arrival'; readonly started: number }
  /** A person has to look. */
  | { readonly step: 'tell'; readonly problem: string }

const nothing: Repair = { step: 'nothing' }

/** Decides what is missing from a ledger. What does not fit is told, never written. */
export function decideRepair(standing: Standing): Repair {
  const { state, sequence, running } = standing
  if (sequence === 0) return tell(running, 'its ledger has no entry')
  if (state.open?.type === 'rollback') return duringRollback(standing, state.open.sequence)
  if (state.open !== null) return duringRollout(standing, state.open)
  return atRest(standing)
}

function duringRollback({ state: { good }, running }: Standing, sequence: number): Repair {
  const [to] = good
  return to !== undefined && to.revision === running
    ? { step: 'finish rollback', to, sequence }
    : tell(running, `entry ${sequence} sent it back to ${to?.revision}`)
}

function duringRollout(standing: Standing, { sequence, shift }: NonNullable<State['open']>): Repair {
  const { state, running, begun } = standing
  const to = sentBackTo(state, running, begun?.revision)
  if (to !== undefined && begun !== undefined) return { step: 'note rollback', to, from: begun }
  if (shift !== undefined) return inPhase(standing, sequence, shift.phase)
  // It is being shifted.
  if (running === undefined) return nothing
  if (begun?.revision === running) return { step: 'note arrival', started: sequence }
  return notEnded(running, sequence)
}

/** Only who has watched a phase can say that the checks passed, so all that can be missing is somebody who goes on. */
function inPhase({ state, running, begun, now }: Standing, sequence: number, phase: number): Repair {
  const isKnown = [undefined, begun?.revision, state.good[0]?.revision].includes(running)
  if (!isKnown) return notEnded(running, sequence)
  if (abandonedPhase(state, now) === undefined) return nothing
  return tell(
    running,
    `nobody has continued the rollout of ${begun?.tag} since its phase ${phase}: make rollback ends it`,
  )
}

function notEnded(running: string | undefined, sequence: number): Repair {
  return tell(running, `the rollout that entry ${sequence} began has not ended`)
}

function atRest({ state, running }: Standing): Repair {
  const [newest] = state.good
  const to = sentBackTo(state, running, undefined)
  if (newest !== undefined && to !== undefined) return { step: 'note rollback', to, from: newest }
  return newest !== undefined && newest.revision === running
    ? nothing
    : tell(running, `the ledger verified ${newest?.revision ?? 'nothing'} last`)
}

function tell(running: string | undefined, but: string): Repair {
  const where =
    running === undefined ? 'several revisions share the traffic' : `the traffic goes to revision ${running}`
  return { step: 'tell', problem: `${where}, but ${but}` }
}
