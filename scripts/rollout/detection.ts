import { count } from '../base/printable.ts'
import type { Criteria } from '../strategy/criteria.ts'
import type { Phase, Phases } from '../strategy/phases.ts'
import { judge, type Levels, levelsOf } from './judge.ts'
import { chanceOfAtMost, type Sample } from './statistics.ts'

/** The usual traffic of a service: requests per minute, and the share of them that fails, from 0 to 1. */
export type UsualTraffic = { readonly requestsPerMinute: number; readonly errorRate: number }

/** What a phase can see. */
export type Detection = Phase & {
  /** Counted from 1. */
  readonly phase: number
  readonly requests: number
  /** The lowest error rate, from 0 to 1, that makes 95 of 100 rollouts go back; undefined if none does. */
  readonly detects: number | undefined
  /** Whether its traffic alone makes a full sample. */
  readonly isFull: boolean
}

/** What each phase that lasts can see of the usual traffic, and which error rate it then detects. */
export function detections(phases: Phases, criteria: Criteria, usual: UsualTraffic): Detection[] {
  return phases.flatMap(({ share, minutes }, at) => {
    if (minutes === 0) return []
    const all = Math.round(usual.requestsPerMinute * minutes)
    const requests = Math.round((all * share) / 100)
    const stable = stableRequests(phases, at, criteria, usual)
    const cases = likelyCounts(all, share / 100).flatMap(canary =>
      likelyCounts(stable, usual.errorRate).map(errors => ({
        requests: canary,
        least: leastErrors(canary, { requests: stable, errors }, criteria, levelsOf(phases, at)),
      })),
    )
    const isFull = requests >= criteria.sustained.requests
    return [{ phase: at + 1, share, minutes, requests, detects: lowestDetected(cases), isFull }]
  })
}

/** As in "phase 1 sees about 75 requests and detects error rates from 14 %". */
export function printDetection({ phase, requests, detects }: Detection): string {
  const sees = `phase ${phase} sees about ${count(requests, 'request')}`
  return detects === undefined
    ? `${sees}, too few to detect any error rate`
    : `${sees} and detects error rates from ${percent(detects)} %`
}

/** The warning about phases whose traffic makes no full sample, and what happens in them; undefined if there are none. */
export function warnOfFewRequests(
  all: readonly Detection[],
  { noData, sustained }: Criteria,
  hasSmoke: boolean,
): string | undefined {
  const few = all.filter(({ isFull }) => !isFull).map(({ phase }) => phase)
  if (few.length === 0) return undefined
  const which = few.length === 1 ? `phase ${few[0]} sees` : `phases ${few.join(', ')} see`
  const fewer = `${which} fewer than ${count(sustained.requests, 'request')}`
  if (noData === 'probe' && hasSmoke) return `${fewer}, so smoke calls make up for the rest`
  const unless = noData === 'probe' ? ', since there is no smoke check to make up for the rest' : ''
  return `${fewer}, so the rollout goes back${unless}: use longer phases or larger shares`
}

function percent(rate: number): string {
  return (rate * 100).toFixed(rate < 0.1 ? 1 : 0)
}

const nothing: Sample = { requests: 0, errors: 0 }

/** What the new revision is compared with: the stable arm of the phase or, where that is too little, of what was before too. */
function stableRequests(phases: Phases, at: number, { sustained }: Criteria, usual: UsualTraffic): number {
  const stable = phases.map(
    ({ share, minutes }) => (((100 - share) * minutes) / 100) * usual.requestsPerMinute,
  )
  const inPhase = stable[at] ?? 0
  if (inPhase >= sustained.requests) return Math.round(inPhase)
  const before = at === 0 ? usual.requestsPerMinute * 60 : sum(stable.slice(0, at))
  return Math.round(inPhase + before)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

// Equally likely counts stand for all that chance can give.
const quantiles = Array.from({ length: 9 }, (_, index) => (index + 0.5) / 9)

/** How many of some requests fail at a rate, or go to the new revision: a platform lets chance decide for each. */
function likelyCounts(requests: number, rate: number): number[] {
  return quantiles.map(quantile =>
    lowest(requests, errors => chanceOfAtMost({ requests, errors }, rate) >= quantile),
  )
}

/** The fewest errors that send a revision back when the phase ends; more than its requests if no number does. */
function leastErrors(requests: number, stable: Sample, criteria: Criteria, levels: Levels): number {
  const isSentBack = (errors: number) => {
    const arms = { canary: { requests, errors }, stable, earlier: nothing, probed: 0 }
    const { verdict } = judge(arms, criteria, levels, 'end')
    return verdict === 'critical' || verdict === 'sustained'
  }
  const errors = lowest(requests, isSentBack)
  return isSentBack(errors) ? errors : requests + 1
}

/** The lowest number up to `most` that meets a condition which every higher one meets too; `most` if none does. */
function lowest(most: number, isMet: (number: number) => boolean): number {
  let [low, high] = [0, most]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isMet(middle)) high = middle
    else low = middle + 1
  }
  return low
}

const confidence = 0.95
const steps = 10_000

function lowestDetected(
  cases: readonly { readonly requests: number; readonly least: number }[],
): number | undefined {
  const isDetected = (rate: number) => {
    const missed = cases.map(({ requests, least }) => chanceOfAtMost({ requests, errors: least - 1 }, rate))
    return 1 - sum(missed) / missed.length >= confidence
  }
  return isDetected(1) ? lowest(steps, step => isDetected(step / steps)) / steps : undefined
}
