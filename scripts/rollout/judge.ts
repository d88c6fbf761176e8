import { count } from '../base/printable.ts'
import type { Criteria } from '../strategy/criteria.ts'
import type { Phases } from '../strategy/phases.ts'
import { chanceOfAsMany, chanceOfAtMost, type Sample } from './statistics.ts'

/** What both arms served since a phase began, and what else there is to compare with. */
export type Arms = {
  /** The new revision, without smoke calls. */
  readonly canary: Sample
  /** The verified revision. */
  readonly stable: Sample
  /** What the verified revision served in the phases before or, in the first one, in the hour before. */
  readonly earlier: Sample
  /** How many smoke calls of the new revision succeeded in this phase. They make up for missing traffic. */
  readonly probed: number
}

/** What samples say about a new revision, and why in words. */
export type Verdict = {
  readonly verdict: 'critical' | 'sustained' | 'too little' | 'warning' | 'fine'
  readonly reason: string
}

/** How unlikely a difference must be by chance to count, while a phase lasts and when it ends. */
export type Levels = { readonly during: number; readonly end: number }

/** When a phase is looked at: while it lasts, or when it ends. */
export type Moment = keyof Levels

// Of 1,000 rollouts of a revision that is no worse, at most 5 may go back. One of them while a phase lasts.
const falseAlarms: Levels = { during: 0.001, end: 0.004 }
/** The shortest time between two looks at the samples, in seconds: the levels count on it. */
export const lookSeconds = 15
const looksPerMinute = 60 / lookSeconds
// The samples are looked at while traffic arrives, too, which takes longest where tasks have to start.
const arrivalMinutes = 15

/**
 * The levels for one phase of several. Whoever looks often enough sees a difference where there is none, so all looks of a
 * rollout share the 0.5 % of false alarms (Bonferroni). Half of it goes to the first phase, whose sample is the smallest,
 * and the other phases share the rest. The looks while a phase lasts get little each, which costs little: with every
 * request, the chance that a real fault is none falls much faster.
 */
export function levelsOf(phases: Phases, at: number): Levels {
  const part = partOf(phases.length, at)
  const looks = ((phases[at]?.minutes ?? 0) + arrivalMinutes) * looksPerMinute
  return { during: (falseAlarms.during * part) / looks, end: falseAlarms.end * part }
}

function partOf(phases: number, at: number): number {
  if (phases === 1) return 1
  return at === 0 ? 1 / 2 : 1 / 2 / (phases - 1)
}

// With it, 99 of 100 revisions that fail exactly as often as the criterion says are not taken for better ones.
const doubt = 0.01

/**
 * Judges the samples of a phase.
 *
 * A point estimate of "at least 5 %" would miss half of all revisions that truly fail in 5 % of requests. So the criterion
 * is met where the sample does not rule it out (of 100 samples at the criterion's rate, more than one would have as few
 * errors) and the new revision is clearly worse: chance would hardly give it so many of all errors. While the phase lasts,
 * the sample must rule out less than the criterion, since more requests are still to come. Where the stable arm is
 * as bad, going back gains nothing, so that is a warning. A late phase leaves the stable arm little, and the last one
 * nothing; then what it served earlier counts, too. Where there is nothing to compare with, the criterion alone decides.
 */
export function judge(arms: Arms, criteria: Criteria, levels: Levels, moment: Moment): Verdict {
  const { critical, sustained, warning } = criteria
  const [canary, stable] = [plausible(arms.canary), plausible(comparedWith(arms, sustained.requests))]
  const isFull = lackingRequests(arms, criteria) === 0
  const isAlone = stable.requests < (moment === 'end' ? sustained.requests : 1)
  const isWorse = () => chanceOfAsMany(canary, stable) <= levels[moment]
  const isCritical = canary.requests >= critical.requests && reaches(canary, critical.percent)
  const isSustained = isAlone
    ? moment === 'end' && isFull && reaches(canary, sustained.percent)
    : meets[moment](canary, sustained.percent) && isWorse()
  const says = `${printSample(canary)} failed, and ${printSample(stable)} of the verified revision`
  if (isCritical && (isAlone || isWorse()))
    return { verdict: 'critical', reason: `${says}; ${critical.percent} % is critical` }
  if (isSustained) return { verdict: 'sustained', reason: `${says}; the criterion is ${sustained.percent} %` }
  if (!isFull)
    return { verdict: 'too little', reason: `${says}; a full sample is ${sustained.requests} requests` }
  if (reaches(canary, warning.percent))
    return { verdict: 'warning', reason: `${says}; the warning is from ${warning.percent} %` }
  return { verdict: 'fine', reason: says }
}

/** How many requests a full sample lacks. Smoke calls count, but never make the share of errors look smaller. */
export function lackingRequests({ canary, probed }: Arms, { sustained }: Criteria): number {
  return Math.max(0, sustained.requests - canary.requests - probed)
}

// Looking often enough, nearly every rate may once seem to be more than it is. So it has to be sure while a phase lasts.
const meets = { during: surelyReaches, end: mayReach } satisfies Record<Moment, unknown>

/** Whether a sample does not rule out that as many requests fail as a criterion says. */
function mayReach(sample: Sample, percent: number): boolean {
  return chanceOfAtMost(sample, percent / 100) > doubt
}

/** Whether a sample rules out that fewer requests fail than a criterion says. */
function surelyReaches({ requests, errors }: Sample, percent: number): boolean {
  return 1 - chanceOfAtMost({ requests, errors: errors - 1 }, percent / 100) <= doubt
}

// What fails in the same minutes says most, since errors come and go for both arms.
function comparedWith({ stable, earlier }: Arms, full: number): Sample {
  if (stable.requests >= full) return stable
  return { requests: stable.requests + earlier.requests, errors: stable.errors + earlier.errors }
}

function reaches({ requests, errors }: Sample, percent: number): boolean {
  // Of no requests, any share would have failed.
  return requests > 0 && errors * 100 >= percent * requests
}

// Metrics of the same minute do not arrive together, so there can be more errors than requests for a while.
function plausible({ requests, errors }: Sample): Sample {
  return { requests, errors: Math.min(errors, requests) }
}

/** As in "3 of 750 requests (0.4 %)". */
export function printSample({ requests, errors }: Sample): string {
  const percent = requests === 0 ? 0 : (errors / requests) * 100
  return `${errors} of ${count(requests, 'request')} (${percent.toFixed(1)} %)`
}
