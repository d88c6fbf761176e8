import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalSteps } from '../../../scripts/strategy/equal-steps.ts'
import { parseStrategy } from '../../../scripts/strategy/parse-strategy.ts'
import { type Phases, printPhases } from '../../../scripts/strategy/phases.ts'

function phases(text: string): Phases {
  const parsed = parseStrategy(text)
  if ('faults' in parsed) throw new TypeError(parsed.faults.join('\n'))
  return parsed.phases
}

describe('equal steps', () => {
  it.each([
    ['AllAtOnce', { type: 'whole' }],
    ['1%/5m, 100%/5m', { type: 'canary', percent: 1 }],
    ['5%/15m, 25%/30m, 50%/1h, 100%/10m', { type: 'linear', percent: 5 }],
    ['30%/2m, 60%/2m, 90%/2m, 100%/5m', { type: 'linear', percent: 30 }],
    ['3%/2m, 9%/2m, 100%/5m', { type: 'linear', percent: 3 }],
  ])('go through %s', (text, steps) => expect(equalSteps(phases(text))).toEqual(steps))

  it.each([
    ['2%/5m, 10%/5m, 100%/5m', 2, '5%/5m, 10%/5m, 100%/5m'],
    ['5%/15m, 33%/30m, 100%/10m', 1, '5%/15m, 35%/30m, 100%/10m'],
    ['1%/5m, 2%/20m, 3%/10m, 99%/1m, 100%/5m', 1, '5%/20m, 95%/1m, 100%/5m'],
  ])('cannot go through %s', (text, step, alternative) => {
    expect(equalSteps(phases(text))).toMatchObject({
      fault: `${text} takes steps of ${step} %, and the smallest that AWS takes is 3 %: use ${alternative}`,
    })
  })

  it('lead to every phase, or the alternative does and is a strategy', () => {
    const shares = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(shares, some => {
        const text = [...some.toSorted((a, b) => a - b), 100].map(share => `${share}%/5m`).join(', ')
        const steps = equalSteps(phases(text))
        const possible = 'fault' in steps ? steps.alternative : phases(text)
        const again = equalSteps(phases(printPhases(possible)))
        if ('fault' in again) throw new TypeError(again.fault)
        if (again.type === 'linear')
          for (const { share } of possible.slice(0, -1)) expect(share % again.percent).toBe(0)
      }),
    )
  })
})
