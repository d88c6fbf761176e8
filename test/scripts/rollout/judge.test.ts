import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Arms, judge, levelsOf, lookSeconds, type Moment } from '../../../scripts/rollout/judge.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import { namedStrategies } from '../../../scripts/strategy/names.ts'
import { allAtOnce, type Phases } from '../../../scripts/strategy/phases.ts'

const criteria = criteriaSchema.parse({})
const phases: Phases = [
  { share: 5, minutes: 15 },
  { share: 100, minutes: 10 },
]

/** A sample as in `3/100`: errors of requests. */
function sample(text: string): Arms['canary'] {
  const [errors = 0, requests = 0] = text.split('/').map(Number)
  return { requests, errors }
}

function verdict(
  [canary, stable, earlier = '0/0']: readonly [string, string, string?],
  moment: Moment = 'end',
  probed = 0,
): string {
  const arms = { canary: sample(canary), stable: sample(stable), earlier: sample(earlier), probed }
  return judge(arms, criteria, levelsOf(phases, 0), moment).verdict
}

describe('samples of a phase', () => {
  it.each([
    ['fine', '0/50', '0/950'],
    ['fine', '1/100', '9/1900'],
    ['warning', '2/100', '9/1900'],
    // Not clearly worse, and not by chance either where the stable arm is as bad.
    ['warning', '6/100', '100/1900'],
    ['warning', '60/100', '1100/1900'],
    // Below 5 %, but so few requests do not rule 5 % out.
    ['sustained', '9/200', '9/3800'],
    // More than 5 % are ruled out, however clear the difference is.
    ['warning', '300/10000', '95/190000'],
    ['sustained', '8/100', '9/1900'],
    ['critical', '10/20', '0/380'],
    ['sustained', '9/19', '0/361'],
    ['too little', '0/49', '0/950'],
    ['too little', '1/10', '3/190'],
  ])('are %s: %s failed, and %s before', (expected, canary, stable) =>
    expect(verdict([canary, stable])).toBe(expected),
  )

  it('are fine where smoke calls stand in for all requests', () => {
    expect(verdict(['0/0', '0/0'], 'end', 50)).toBe('fine')
    expect(verdict(['0/0', '0/0', '0/1000'], 'end', 50)).toBe('fine')
    expect(verdict(['0/0', '0/0'], 'end', 49)).toBe('too little')
  })

  it('need a clearer difference while the phase lasts', () => {
    expect(verdict(['7/100', '9/1900'], 'end')).toBe('sustained')
    expect(verdict(['7/100', '9/1900'], 'during')).toBe('warning')
    expect(verdict(['12/100', '9/1900'], 'during')).toBe('sustained')
    // Clearly worse, and maybe 5 %, but maybe less.
    expect(verdict(['50/1000', '10/19000'], 'during')).toBe('warning')
    expect(verdict(['50/1000', '10/19000'], 'end')).toBe('sustained')
  })

  it('are compared with what was before where the stable arm has too little', () => {
    expect(verdict(['8/100', '0/0'])).toBe('sustained')
    expect(verdict(['8/100', '0/10', '160/1990'])).toBe('warning')
    expect(verdict(['8/100', '1/10', '9/1990'])).toBe('sustained')
    // With a full sample of the same minutes, earlier ones say nothing.
    expect(verdict(['8/100', '80/1000', '0/100000'])).toBe('warning')
  })

  it('are judged alone where there is nothing to compare with', () => {
    expect(verdict(['2/50', '0/0'])).toBe('warning')
    expect(verdict(['3/50', '0/0'])).toBe('sustained')
    expect(verdict(['3/50', '0/0'], 'during')).toBe('warning')
    expect(verdict(['10/20', '0/0'], 'during')).toBe('critical')
  })

  it('are completed by smoke calls, which do not dilute errors', () => {
    expect(verdict(['0/10', '0/190'], 'end', 39)).toBe('too little')
    expect(verdict(['0/10', '0/190'], 'end', 40)).toBe('fine')
    expect(verdict(['5/10', '0/190'], 'end', 1000)).toBe('sustained')
  })

  it('may have errors that arrive before their requests', () => {
    expect(verdict(['30/20', '10/5', '9/1900'])).toBe('critical')
  })
})

it('all looks of a rollout together have 0.5 % of false alarms', () => {
  const anyPhases = fc
    .array(fc.record({ share: fc.constant(1), minutes: fc.nat(1440) }), { minLength: 1, maxLength: 34 })
    .map(all => all as unknown as Phases)
  fc.assert(
    fc.property(fc.oneof(anyPhases, fc.constantFrom(...Object.values(namedStrategies), allAtOnce)), all => {
      const chances = all.map(({ minutes }, at) => {
        const { during, end } = levelsOf(all, at)
        return end + (during * minutes * 60) / lookSeconds
      })
      expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeLessThanOrEqual(0.005 + 1e-12)
    }),
  )
})
