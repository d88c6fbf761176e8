import { firstFew } from '../base/printable.ts'
import type { Phase, Phases } from '../strategy/phases.ts'
import { judge, lackingRequests, levelsOf, type Moment, type Verdict } from './judge.ts'
import type { Alarm, Begun, Claim, Seen, Traffic } from './seen.ts'

/** What a rollout does next. */
export type Step =
  /** Nothing has moved, and nothing will. */
  | { readonly step: 'refuse'; readonly why: string; readonly isStopped?: boolean }
  /** Runs the smoke check of the new revision. */
  | { readonly step: 'smoke' }
  /** Makes smoke calls that stand in for missing traffic. */
  | { readonly step: 'probe'; readonly calls: number }
  /** Gives the new revision the share of a phase; `isBegun` if the phase has its entry. */
  | { readonly step: 'shift'; readonly phase: number; readonly share: number; readonly isBegun: boolean }
  /** Watches on. Until a time, only what is seen can change the step. */
  | { readonly step: 'wait'; readonly until: Date; readonly note: string | undefined }
  /** All traffic is there, and every check has passed. */
  | { readonly step: 'complete'; readonly note: string | undefined }
  /**
   * Gives all traffic to the verified revision; `isStopped` where nothing but a person's stop speaks against the new one,
   * and `isAbandoned` where nothing but that nobody continued it.
   */
  | {
      readonly step: 'back'
      readonly why: string
      readonly isStopped?: boolean
      readonly isAbandoned?: boolean
    }
  /** Stops, keeps the weights, and holds the target, as the person wants who stops it. */
  | { readonly step: 'hold' }
  /** Stops, and leaves the traffic to somebody else; `isByHand` where no entry of the ledger says so. */
  | { readonly step: 'yield'; readonly to: string; readonly isByHand?: boolean }

type Ours = Extract<Claim, { by: 'us' }>
type Shared = Extract<Traffic, { share: number }>

// Time for a run that was interrupted to be started again, and for traffic to arrive.
const graceMinutes = 30
// Between a phase's entry and its first call to the platform. A run that finds it not done later begins the phase again, or
// the new revision would have its share for less time than the phase says.
const entryMinutes = 1

/** When a phase goes back because nobody continued it. */
export function deadlineOf({ minutes }: Phase, { at }: Begun): Date {
  return after(at, minutes + graceMinutes)
}

/**
 * Decides the next step of a rollout from what was seen. It is total, and the only place that decides.
 *
 * A hold stops what is new, and a rollout under way too: it takes no step forward. But it goes on watching, since nobody
 * else would, goes back for any of the usual reasons, and at the latest when its phase is over: a hold is no reason to
 * leave traffic with a revision that nobody verified. If the hold ends before, it continues.
 */
export function nextStep(seen: Seen): Step {
  const { claim } = seen
  if (claim.by === 'another') return leave(seen.traffic, claim)
  if (claim.isVerified && hasAll(seen.traffic)) return { step: 'complete', note: undefined }
  return claim.begun === undefined ? beforeFirst(seen, claim) : during(seen, claim, claim.begun)
}

/** A shift can arrive after the entry that it did not know of. Nobody else would take that share away. */
function leave(traffic: Traffic, { says, takesAll }: Extract<Claim, { by: 'another' }>): Step {
  const isLate = takesAll && traffic.state === 'at rest' && traffic.share > 0
  return isLate
    ? { step: 'back', why: `${says}, and a shift of this rollout arrived after that` }
    : { step: 'yield', to: says }
}

function beforeFirst(seen: Seen, { hold }: Ours): Step {
  const { traffic, smoke, phases } = seen
  if (hold !== undefined) return { step: 'yield', to: hold }
  const why = unexplainedBefore(traffic) ?? reasonToStop(seen)
  if (why !== undefined) return { step: 'refuse', why }
  if (seen.stop !== undefined)
    return { step: 'refuse', why: 'the run was asked to stop before any traffic moved', isStopped: true }
  if (smoke.state === 'failed') return { step: 'back', why: smokeFailed(smoke.why) }
  if (smoke.state === 'not run') return { step: 'smoke' }
  // A first deployment, or one whose traffic arrived without an entry: there is nothing left to share.
  return shiftTo(phases, hasAll(traffic) ? phases.length - 1 : 0)
}

function hasAll(traffic: Traffic): boolean {
  return traffic.state === 'at rest' && traffic.share === 100
}

function unexplainedBefore(traffic: Traffic): string | undefined {
  if (traffic.state === 'unexplained') return `no entry of the ledger explains that ${traffic.says}`
  if (traffic.state === 'went back') return traffic.why
  if (traffic.share === 100 || (traffic.share === 0 && traffic.state === 'at rest')) return undefined
  return `no entry of the ledger explains that the new revision has ${traffic.share} % of the traffic`
}

/** The phase that a rollout is in, when its time is over, and whether it is. */
type Current = {
  readonly at: number
  readonly phase: Phase
  readonly end: Date
  readonly isOver: boolean
  readonly deadline: Date
  /** Whether the phase began a moment ago. */
  readonly isNew: boolean
}

function during(seen: Seen, { hold }: Ours, begun: Begun): Step {
  const { traffic, phases, criteria, arms } = seen
  const phase = phases[begun.phase]
  if (traffic.state === 'went back') return { step: 'back', why: traffic.why }
  if (traffic.state === 'unexplained')
    return { step: 'yield', to: `somebody else, since ${traffic.says}`, isByHand: true }
  if (phase === undefined)
    return { step: 'yield', to: `another strategy: this one has no phase ${begun.phase + 1}` }
  const end = after(begun.at, phase.minutes)
  const deadline = deadlineOf(phase, begun)
  const isNew = seen.now < after(begun.at, entryMinutes)
  const current = { at: begun.phase, phase, end, isOver: seen.now >= end, deadline, isNew }
  if (isTakenBack(seen, traffic, begun.phase))
    return { step: 'back', why: 'all traffic is back at the verified revision already' }
  if (!isExplained(seen, traffic, current))
    return {
      step: 'yield',
      to: `somebody else, who gave the new revision ${traffic.share} % of the traffic`,
      isByHand: true,
    }
  const verdict = judge(arms, criteria, levelsOf(phases, begun.phase), momentOf(current))
  const why = reasonToGoBack(seen, verdict)
  if (why !== undefined) return { step: 'back', why }
  if (seen.now > deadline) return { step: 'back', why: 'nobody continued it in time', isAbandoned: true }
  if (seen.stop === 'back') return { step: 'back', why: 'the run was asked to stop', isStopped: true }
  if (seen.stop === 'hold') return { step: 'hold' }
  return hold === undefined ? forward(seen, traffic, verdict, current) : held(seen, hold, verdict, current)
}

/** By a run that went back and was interrupted, or by somebody whose entry is still to come. Only the ledger lacks it. */
function isTakenBack({ phases, arrived }: Seen, { state, share }: Shared, at: number): boolean {
  return state === 'at rest' && share === 0 && (arrived || phases[at - 1] !== undefined)
}

/** The platform may be between the shares of two phases, but a share that had arrived does not shrink by itself. */
function isExplained(
  { phases, arrived }: Seen,
  { state, share }: Shared,
  { at, phase }: Pick<Current, 'at' | 'phase'>,
): boolean {
  if (arrived && state === 'at rest') return share === phase.share
  return share >= (phases[at - 1]?.share ?? 0) && share <= phase.share
}

// What has no time has no sample, and so no end at which one is judged.
function momentOf({ phase, isOver }: Current): Moment {
  return isOver && phase.minutes > 0 ? 'end' : 'during'
}

function reasonToGoBack(seen: Seen, { verdict, reason }: Verdict): string | undefined {
  const { smoke } = seen
  if (smoke.state === 'failed') return smokeFailed(smoke.why)
  if (verdict === 'critical' || verdict === 'sustained') return reason
  return reasonToStop(seen)
}

/** A reason neither to begin nor to continue. */
function reasonToStop({ withdrawn, alarms }: Seen): string | undefined {
  return (
    withdrawn ??
    alarmsThat('ringing', alarms, ['rings', 'ring']) ??
    alarmsThat('missing', alarms, ['does not exist', 'do not exist'])
  )
}

function alarmsThat(
  state: Alarm['state'],
  alarms: readonly Alarm[],
  [does, several]: readonly [string, string],
): string | undefined {
  const names = alarms.filter(alarm => alarm.state === state).map(({ name }) => name)
  if (names.length === 0) return undefined
  const says = firstFew(names)
  return names.length === 1 ? `the alarm ${says} ${does}` : `the alarms ${says} ${several}`
}

function smokeFailed(why: string): string {
  return `the smoke check failed: ${why}`
}

function forward(seen: Seen, traffic: Shared, verdict: Verdict, current: Current): Step {
  const { phases, smoke } = seen
  const { at, phase, end, isOver, deadline, isNew } = current
  const note = noteOf(seen, verdict)
  if (traffic.state === 'moving') return { step: 'wait', until: deadline, note }
  if (smoke.state === 'not run') return { step: 'smoke' }
  if (traffic.share < phase.share) return shiftTo(phases, at, isNew)
  if (!isOver) return { step: 'wait', until: end, note }
  const missing = phase.minutes === 0 ? undefined : makeUp(seen, verdict)
  if (missing !== undefined) return missing
  if (at < phases.length - 1) return shiftTo(phases, at + 1)
  if (smoke.state === 'later') return { step: 'back', why: 'the smoke check was never run' }
  return { step: 'complete', note }
}

/** What to do about a sample that is not full, or an alarm that saw nothing; undefined if neither is so. */
function makeUp({ arms, criteria, alarms, smoke }: Seen, { verdict, reason }: Verdict): Step | undefined {
  const blind = arms.probed === 0 ? alarmsThat('no data', alarms, ['has no data', 'have no data']) : undefined
  if (verdict !== 'too little' && blind === undefined) return undefined
  const why = verdict === 'too little' ? reason : blind
  if (criteria.noData === 'probe' && smoke.state === 'passed')
    return { step: 'probe', calls: Math.max(1, lackingRequests(arms, criteria)) }
  return { step: 'back', why: `too little was seen to go on: ${why}` }
}

function held(seen: Seen, hold: string, verdict: Verdict, { end, isOver }: Current): Step {
  if (isOver) return { step: 'back', why: `it was held until its phase was over: ${hold}` }
  return { step: 'wait', until: end, note: [hold, noteOf(seen, verdict)].filter(Boolean).join('; ') }
}

function noteOf({ alarms }: Seen, { verdict, reason }: Verdict): string | undefined {
  const notes = [
    verdict === 'warning' ? reason : undefined,
    alarmsThat('no data', alarms, ['has no data', 'have no data']),
  ]
  return notes.filter(Boolean).join('; ') || undefined
}

function shiftTo(phases: Phases, at: number, isBegun = false): Step {
  return { step: 'shift', phase: at, share: (phases[at] ?? phases[0]).share, isBegun }
}

function after(begin: Date, minutes: number): Date {
  return new Date(begin.getTime() + minutes * 60_000)
}
