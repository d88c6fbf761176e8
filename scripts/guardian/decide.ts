import { plain } from '../base/printable.ts'
import { eventOf, isKnown, type ReadEntry } from '../ledger/entry.ts'
import type { Good, State } from '../ledger/state.ts'
import { planBack } from '../rollout/back.ts'
import { describeEntry } from '../rollout/messages.ts'
import type { GuardianEvent } from './events.ts'

/** What a guardian goes back for. */
export type Call = Extract<GuardianEvent, { type: 'alarm' | 'deadline' }>

/** What was seen of a target, or why it could not be. */
export type Sight = {
  /** The newest entry of its ledger, what is true after it, and the time of AWS. */
  readonly head:
    | { readonly entry: ReadEntry | undefined; readonly state: State; readonly time: Date }
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
      readonly to: Good
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
  const { entry, state } = head
  if (entry === undefined) return nothing(`${saysOf(call)}; no ledger knows the service`)
  if (!isKnown(entry))
    return nothing(`a newer Waybill wrote entry ${entry.sequence}: deploy this guardian again`)
  if (state.open?.type === 'rollback') return nothing(`somebody is going back: ${describeEntry(entry)}`)
  if (shares !== undefined && isMissing(shares)) return blind(`the traffic cannot be seen: ${shares.missing}`)
  if (shares === undefined) return nothing('the traffic goes through nothing that exists')
  if (state.open !== null) return during(call, state, state.open, shares)
  return afterwards(call, { ...head, entry }, shares, minutes)
}

type Shares = Readonly<Record<string, number>>

function during(call: Call, { good }: State, open: NonNullable<State['open']>, shares: Shares): Decision {
  const { sequence, revision, shift, completed } = open
  if (call.type === 'deadline' && call.started !== sequence)
    return nothing(`the rollout of entry ${call.started} is over, and entry ${sequence} began another one`)
  if (revision === undefined) return nothing(`entry ${sequence} does not say where its rollout goes`)
  const to = good.find(one => one.revision !== revision)
  if (to === undefined)
    return nothing(`${saysOf(call)}; nothing was verified before, so there is no way back`)
  const stranger = Object.keys(shares).find(one => one !== revision && one !== to.revision)
  if (stranger !== undefined)
    return nothing(`${saysOf(call)}; somebody else sent traffic to revision ${plain(stranger)}`)
  const hasMoved = (shares[revision] ?? 0) > 0 || shift !== undefined || completed === true
  if (call.type === 'alarm' && !hasMoved)
    return nothing(`${saysOf(call)}; the rollout of entry ${sequence} has moved no traffic yet`)
  const why = call.type === 'deadline' ? 'nobody ended it by its deadline' : saysOf(call)
  return { step: 'back', to, started: sequence, from: { revision }, holds: hasMoved, why }
}

function afterwards(
  call: Call,
  { entry, state, time }: { readonly entry: ReadEntry; readonly state: State; readonly time: Date },
  shares: Shares,
  minutes: number,
): Decision {
  if (call.type === 'deadline') return nothing(`the rollout of entry ${call.started} is over`)
  const [newest] = state.good
  const age = time.getTime() - Date.parse(entry.time)
  const isJustVerified = eventOf(entry)?.type === 'verified' && entry.sequence === newest?.sequence
  if (newest === undefined || !isJustVerified || age > minutes * minuteMs)
    return nothing(`${saysOf(call)}; ${sinceWhen(entry, isJustVerified, minutes)}`)
  const [running, ...others] = Object.keys(shares)
  if (running !== newest.revision || others.length > 0)
    return nothing(`${saysOf(call)}; the traffic does not go to what was verified last`)
  const [candidate] = planBack(state, running).candidates
  const to = state.good.find(one => one.sequence === candidate?.sequence)
  if (to === undefined)
    return nothing(`${saysOf(call)}; nothing was verified before, so there is no way back`)
  const { tag, revision } = newest
  return { step: 'back', to, started: undefined, from: { tag, revision }, holds: true, why: saysOf(call) }
}

function sinceWhen(entry: ReadEntry, isJustVerified: boolean, minutes: number): string {
  const last = `nothing was deployed in the last ${minutes} minutes`
  return isJustVerified ? last : `${last}, or somebody has acted since: ${describeEntry(entry)}`
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
