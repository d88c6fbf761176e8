import { plain } from '../base/printable.ts'
import { isKnown, type ReadEntry } from '../ledger/entry.ts'
import type { Good, State } from '../ledger/state.ts'
import { type WayBack, wayBackAfter } from '../rollout/hints/way-back.ts'
import { describeEntry } from '../rollout/messages.ts'
import type { GuardianEvent } from './events.ts'

/** What a guardian goes back for. */
export type Call = Extract<GuardianEvent, { type: 'alarm' | 'deadline' }>

/** What was seen of a target, or why it could not be. */
export type Sight = {
  /** The newest entry of its ledger, what is true after it, and the time of AWS; or only what was left beside the entry. */
  readonly head:
    | { readonly entry: ReadEntry | undefined; readonly state: State; readonly time: Date }
    | { readonly way: WayBack; readonly time: Date }
    | { readonly missing: string }
  /** The share of each revision, in percent; undefined if there is no such service. */
  readonly shares: Readonly<Record<string, number>> | undefined | { readonly missing: string }
}

/** What a guardian does. */
export type Decision =
  /**
   * Sends all traffic to a revision that was verified, unless it is there, and says so in the ledger: of a rollout that
   * entry `started` began or, without it, of what was verified last.
   */
  | {
      readonly step: 'back'
      readonly to: Pick<Good, 'sequence' | 'tag' | 'revision'>
      readonly started: number | undefined
      readonly from: { readonly tag?: string; readonly revision: string }
      /** Whether the service is held then: the next automatic deploy would only try the same again. */
      readonly holds: boolean
      readonly why: string
    }
  /** `isBlind` where something could not be seen, so that another call may find more. */
  | { readonly step: 'nothing'; readonly says: string; readonly isBlind?: true }

const minuteMs = 60_000

/**
 * Decides what a call means. It is total. Its only verb is back: what it cannot see never makes it act, and it never
 * overrides what a person has done since.
 */
export function decide(call: Call, { head, shares }: Sight, minutes: number): Decision {
  if ('missing' in head) return blind(`the ledger cannot be read: ${head.missing}`)
  if ('way' in head) return byWay(call, { ...head, says: `entry ${head.way.sequence}` }, shares, minutes)
  const { entry, state, time } = head
  if (entry === undefined) return nothing(`${saysOf(call)}; no ledger knows the service`)
  if (!isKnown(entry))
    return nothing(`a newer Waybill wrote entry ${entry.sequence}: deploy this guardian again`)
  if (state.open?.type === 'rollback') return nothing(`somebody is going back: ${describeEntry(entry)}`)
  if (state.open !== null && state.open.revision === undefined)
    return nothing(`entry ${state.open.sequence} does not say where its rollout goes`)
  const way = wayBackAfter(entry, state)
  return byWay(call, { way, time, says: describeEntry(entry) }, shares, minutes)
}

/** The way back from the newest entry, the time of AWS, and that entry in words. */
type Known = { readonly way: WayBack; readonly time: Date; readonly says: string }

function byWay(call: Call, known: Known, shares: Sight['shares'], minutes: number): Decision {
  const { open } = known.way
  if (shares !== undefined && isMissing(shares)) return blind(`the traffic cannot be seen: ${shares.missing}`)
  if (shares === undefined) return nothing('the traffic goes through nothing that exists')
  if (open !== undefined) return during(call, known.way, open, shares)
  return afterwards(call, known, shares, minutes)
}

type Shares = Readonly<Record<string, number>>

function during(call: Call, { to }: WayBack, open: NonNullable<WayBack['open']>, shares: Shares): Decision {
  const { sequence, revision } = open
  if (call.type === 'deadline' && call.started !== sequence)
    return nothing(`the rollout of entry ${call.started} is over, and entry ${sequence} began another one`)
  if (to === undefined)
    return nothing(`${saysOf(call)}; nothing was verified before, so there is no way back`)
  const stranger = Object.keys(shares).find(one => one !== revision && one !== to.revision)
  if (stranger !== undefined)
    return nothing(`${saysOf(call)}; somebody else sent traffic to revision ${plain(stranger)}`)
  const hasMoved = (shares[revision] ?? 0) > 0 || open.hasMoved
  if (call.type === 'alarm' && !hasMoved)
    return nothing(`${saysOf(call)}; the rollout of entry ${sequence} has moved no traffic yet`)
  const why = call.type === 'deadline' ? 'nobody ended it by its deadline' : saysOf(call)
  return { step: 'back', to, started: sequence, from: { revision }, holds: hasMoved, why }
}

function afterwards(call: Call, { way, time, says }: Known, shares: Shares, minutes: number): Decision {
  if (call.type === 'deadline') return nothing(`the rollout of entry ${call.started} is over`)
  const { verified, to } = way
  const age = time.getTime() - Date.parse(way.time)
  if (verified === undefined || age > minutes * minuteMs)
    return nothing(`${saysOf(call)}; ${sinceWhen(says, verified !== undefined, minutes)}`)
  const [running, ...others] = Object.keys(shares)
  if (running !== verified.revision || others.length > 0)
    return nothing(`${saysOf(call)}; the traffic does not go to what was verified last`)
  if (to === undefined)
    return nothing(`${saysOf(call)}; nothing was verified before, so there is no way back`)
  return { step: 'back', to, started: undefined, from: verified, holds: true, why: saysOf(call) }
}

function sinceWhen(says: string, isJustVerified: boolean, minutes: number): string {
  const last = `nothing was deployed in the last ${minutes} minutes`
  return isJustVerified ? last : `${last}, or somebody has acted since: ${says}`
}

function saysOf(call: Call): string {
  return call.type === 'alarm'
    ? `the alarm ${plain(call.name)} rings`
    : `the deadline of the rollout of entry ${call.started} is over`
}

function isMissing(shares: NonNullable<Sight['shares']>): shares is { readonly missing: string } {
  return typeof shares.missing === 'string'
}

function nothing(says: string): Decision {
  return { step: 'nothing', says }
}

function blind(why: string): Decision {
  return { step: 'nothing', says: `nothing was done: ${why}`, isBlind: true }
}
