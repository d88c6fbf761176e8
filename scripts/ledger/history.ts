import type { Digest } from '../names/digest.ts'
import { eventOf, type LedgerEvent, type ReadEntry, type Who } from './entry.ts'

/** Something that somebody did to a service: one or more entries of its ledger. */
export type Activity = {
  /** The sequence of its newest entry. */
  readonly sequence: number
  /** `deploy`, `rollback`, `hold`, `resume`, `repair`, `destroy`; of a newer Waybill, the type of its entry. */
  readonly what: string
  readonly who: Who
  /** When it began. */
  readonly time: string
  /** The tag of the release that was the last one verified before, and of the one that it is about. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** How it ended; undefined for what has no end. */
  readonly verdict?: Verdict
  /** How long it took, in seconds, if it has ended. */
  readonly seconds?: number
  readonly reason?: string
  /** The SHA-256 of the approved plan. */
  readonly plan?: Digest | undefined
  /** The phases of a watched rollout, oldest first. */
  readonly phases?: readonly PhaseTold[]
  /** Its entries, oldest first. */
  readonly entries: readonly ReadEntry[]
}

/** A phase of a rollout as its entries tell it. One that an interrupted run began again is there twice. */
export type PhaseTold = {
  /** Counted from 1. */
  readonly phase: number
  /** The new revision's share of the traffic, in percent. */
  readonly share: number
  /** When it began. */
  readonly time: string
  /** When it goes back if nobody has continued it by then. */
  readonly deadline: string
  /** How long it lasted, in seconds, if another entry says that it is over. */
  readonly seconds?: number
}

/** How an activity ended; `overtaken` if something else began before it had. */
export type Verdict = 'verified' | 'arrived' | 'rolled back' | 'completed' | 'not ended' | 'overtaken'

/** Makes activities of entries, oldest first, and keeps the newest ones. */
export function historian(limit: number) {
  const activities: Activity[] = []
  let open: number | undefined
  return {
    add(entry: ReadEntry): void {
      open = entry.state.open?.sequence
      const event = eventOf(entry)
      const begun = event && beginningOf(event)
      const at =
        begun === undefined ? -1 : activities.findIndex(({ entries: [first] }) => first?.sequence === begun)
      const activity = activities[at]
      if (activity !== undefined && event !== undefined) activities[at] = continued(activity, entry, event)
      // The end of one that is not kept any more.
      else if (begun !== undefined) return
      else activities.push(begunBy(entry, event))
      if (activities.length > limit) activities.shift()
    },
    /** The newest activities, newest first. */
    newest: (): Activity[] => activities.map(one => settled(one, open)).toReversed(),
  }
}

/** The activity as it looks once everything is read: only what the newest entry calls open still goes on. */
function settled(activity: Activity, open: number | undefined): Activity {
  const { verdict, entries } = activity
  const isOver = entries[0]?.sequence !== open && (verdict === 'not ended' || verdict === 'arrived')
  return isOver ? { ...activity, verdict: 'overtaken' } : activity
}

/** The sequence of the entry that an event's activity began with, if that is another entry. */
function beginningOf(event: LedgerEvent): number | undefined {
  switch (event.type) {
    case 'shifted':
    case 'completed':
    case 'rolled-back':
    case 'verified':
      return event.started
    case 'rollback-completed':
      return event.of
    default:
      return undefined
  }
}

const names: Partial<Record<LedgerEvent['type'], string>> = {
  started: 'deploy',
  held: 'hold',
  resumed: 'resume',
  repaired: 'repair',
  destroyed: 'destroy',
}

function begunBy(entry: ReadEntry, event: LedgerEvent | undefined): Activity {
  const { sequence, who, time } = entry
  const what = (event && names[event.type]) ?? entry.event.type
  return { sequence, what, who, time, ...about(entry, event), entries: [entry] }
}

function about(entry: ReadEntry, event: LedgerEvent | undefined): Partial<Activity> {
  switch (event?.type) {
    case 'started': {
      // What was verified before is still what is true after this entry.
      const from = entry.state.good[0]?.tag
      return { from, to: event.deployment.tag, verdict: 'not ended', plan: event.plan }
    }
    case 'rollback': {
      const { from, deployment, reason } = event
      return { from: from.tag ?? from.revision, to: deployment.tag, verdict: 'not ended', reason }
    }
    case 'repaired':
      return { to: event.deployment.tag, verdict: 'verified', reason: event.reason }
    case 'held':
    case 'resumed':
      return { reason: event.reason }
    case 'destroyed': {
      const from = event.tag ?? event.revision
      return {
        ...(from === undefined ? {} : { from }),
        ...(event.reason === undefined ? {} : { reason: event.reason }),
      }
    }
    default:
      return {}
  }
}

function continued(activity: Activity, entry: ReadEntry, event: LedgerEvent): Activity {
  const entries = [...activity.entries, entry]
  const seconds = secondsBetween(activity, entry)
  const known = { ...activity, sequence: entry.sequence, entries }
  switch (event.type) {
    case 'shifted': {
      const { phase, share, deadline } = event
      const phases = [...endedBy(entry, activity.phases), { phase, share, time: entry.time, deadline }]
      return { ...known, phases }
    }
    case 'completed':
      return { ...known, verdict: 'arrived' }
    case 'verified':
      return { ...known, ...withPhases(entry, activity), verdict: 'verified', seconds }
    case 'rolled-back':
      return {
        ...known,
        ...withPhases(entry, activity),
        verdict: 'rolled back',
        seconds,
        reason: event.reason,
      }
    default:
      return { ...known, verdict: 'completed', seconds }
  }
}

function withPhases(entry: ReadEntry, { phases }: Activity): Pick<Activity, 'phases'> {
  return phases === undefined ? {} : { phases: endedBy(entry, phases) }
}

/** Phases of which the last one lasted until an entry. */
function endedBy(entry: ReadEntry, phases: readonly PhaseTold[] = []): PhaseTold[] {
  return phases.map((phase, at) =>
    at === phases.length - 1 ? { ...phase, seconds: secondsBetween(phase, entry) } : phase,
  )
}

function secondsBetween(from: { readonly time: string }, to: { readonly time: string }): number {
  return Math.max(0, Math.round((Date.parse(to.time) - Date.parse(from.time)) / 1000))
}
