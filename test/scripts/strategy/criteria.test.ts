import { describe, expect, it } from 'vitest'
import { criteriaFaults, criteriaSchema, printCriteria } from '../../../scripts/strategy/criteria.ts'

type Given = Parameters<typeof criteriaSchema.parse>[0]

function faults(given: Given): string[] {
  return criteriaFaults(criteriaSchema.parse(given))
}

describe('criteria', () => {
  it('have defaults that print as one line', () => {
    const criteria = criteriaSchema.parse({})
    expect(criteriaFaults(criteria)).toEqual([])
    expect(printCriteria(criteria)).toBe(
      'back at once from 50 % errors of 20 requests; back from 5 % where clearly worse; a warning from 2 %; probed below 50 requests',
    )
    expect(printCriteria({ ...criteria, noData: 'back' })).toMatch(/; back below 50 requests$/)
  })

  it('let one number be changed', () => {
    const { critical, sustained } = criteriaSchema.parse({ critical: { percent: 30 } })
    expect({ critical, sustained }).toEqual({
      critical: { percent: 30, requests: 20 },
      sustained: { percent: 5, requests: 50 },
    })
  })

  it.each<[Given, string[]]>([
    [
      { sustained: { percent: 1 }, warning: { percent: 1 } },
      [
        'criteria.sustained.percent: 1 % of 50 requests is less than one error: use at least 2 %, or samples of 100 requests',
        'criteria.warning.percent: 1 % of 50 requests is less than one error: use at least 2 %, or samples of 100 requests',
      ],
    ],
    [
      { critical: { requests: 1 } },
      [
        'criteria.critical.percent: 50 % of 1 request is less than one error: use at least 100 %, or samples of 2 requests',
      ],
    ],
    [{ warning: { percent: 6 } }, ['criteria.warning.percent: 6 is more than that of sustained, which is 5']],
    [
      { sustained: { percent: 60 } },
      ['criteria.sustained.percent: 60 is more than that of critical, which is 50'],
    ],
    [{ sustained: { percent: 0.1, requests: 1000 }, warning: { percent: 0.1 } }, []],
  ])('%j', (given, expected) => expect(faults(given)).toEqual(expected))

  it.each([
    { critical: { percent: 0 } },
    { warning: { percent: 101 } },
    { sustained: { requests: 0 } },
    { noData: 'pass' },
    { errors: 5 },
  ])('refuse %j', given => expect(criteriaSchema.safeParse(given).success).toBe(false))
})
