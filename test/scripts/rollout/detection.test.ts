import { describe, expect, it } from 'vitest'
import { detections, printDetection, warnOfFewRequests } from '../../../scripts/rollout/detection.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import { allAtOnce, type Phases } from '../../../scripts/strategy/phases.ts'

const criteria = criteriaSchema.parse({})
const phases: Phases = [
  { share: 5, minutes: 15 },
  { share: 25, minutes: 30 },
  { share: 50, minutes: 60 },
  { share: 100, minutes: 10 },
]

function lines(requestsPerMinute: number, strategy = phases): string[] {
  return detections(strategy, criteria, { requestsPerMinute, errorRate: 0.005 }).map(printDetection)
}

describe('what phases detect', () => {
  it('is said in a line each', () => {
    expect(lines(100)).toEqual([
      'phase 1 sees about 75 requests and detects error rates from 11 %',
      'phase 2 sees about 750 requests and detects error rates from 4.4 %',
      'phase 3 sees about 3000 requests and detects error rates from 4.7 %',
      'phase 4 sees about 1000 requests and detects error rates from 4.5 %',
    ])
  })

  it('is nothing without traffic', () => {
    expect(lines(0)[0]).toBe('phase 1 sees about 0 requests, too few to detect any error rate')
    expect(lines(1)[0]).toBe('phase 1 sees about 1 request, too few to detect any error rate')
  })

  it('needs a time', () => expect(lines(100, allAtOnce)).toEqual([]))

  it('is compared with the hour before where everything moves at once', () => {
    expect(lines(100, [{ share: 100, minutes: 10 }])).toEqual([
      'phase 1 sees about 1000 requests and detects error rates from 4.5 %',
    ])
  })

  it('does not end for the traffic of the largest services', () => {
    // What this thread computes, however busy the machine is.
    const begin = process.threadCpuUsage()
    expect(lines(1_000_000)[2]).toBe(
      'phase 3 sees about 30000000 requests and detects error rates from 5.0 %',
    )
    expect(process.threadCpuUsage(begin).user / 1e6).toBeLessThan(5)
  })
})

describe('the warning about little traffic', () => {
  const few = detections(phases, criteria, { requestsPerMinute: 6, errorRate: 0 })
  const many = detections(phases, criteria, { requestsPerMinute: 100, errorRate: 0 })

  it('names the phases and what happens in them', () => {
    expect(warnOfFewRequests(few, criteria, true)).toBe(
      'phases 1, 2 see fewer than 50 requests, so smoke calls make up for the rest',
    )
    expect(warnOfFewRequests(few.slice(0, 1), criteria, false)).toBe(
      'phase 1 sees fewer than 50 requests, so the rollout goes back, since there is no smoke check to make up for the rest: use longer phases or larger shares',
    )
    expect(warnOfFewRequests(few.slice(0, 1), { ...criteria, noData: 'back' }, true)).toBe(
      'phase 1 sees fewer than 50 requests, so the rollout goes back: use longer phases or larger shares',
    )
  })

  it('is none where every phase has enough', () =>
    expect(warnOfFewRequests(many, criteria, false)).toBeUndefined())
})
