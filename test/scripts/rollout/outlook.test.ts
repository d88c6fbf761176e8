import { describe, expect, it } from 'vitest'
import { awsErrors } from '../../../scripts/aws/errors.ts'
import { UserError } from '../../../scripts/base/user-error.ts'
import { hasOutlook, outlookOf, printOutlook } from '../../../scripts/rollout/outlook.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import { phasesIn } from '../../../scripts/strategy/parse-strategy.ts'
import type { RolloutPlan } from '../../../scripts/strategy/plan.ts'

const planOf = (strategy: string): RolloutPlan => ({
  phases: phasesIn(strategy),
  criteria: criteriaSchema.parse({}),
  alarms: [],
})
const lines = (...of: Parameters<typeof outlookOf>) => printOutlook(outlookOf(...of)).map(({ text }) => text)
const usual = (requestsPerMinute: number) => ({ value: { requestsPerMinute, errorRate: 0.005 } })

describe('the outlook of a rollout', () => {
  it('says below the strategy what each phase detects', () => {
    expect(lines(planOf('5%/15m, 50%/1h, 100%/10m'), usual(100))).toEqual([
      '    rollout: 5%/15m, 50%/1h, 100%/10m',
      '      phase 1 sees about 75 requests and detects error rates from 11 %',
      '      phase 2 sees about 3000 requests and detects error rates from 4.7 %',
      '      phase 3 sees about 1000 requests and detects error rates from 4.5 %',
    ])
  })

  it('warns about phases that see too little', () => {
    const [, , , warning] = printOutlook(outlookOf(planOf('5%/15m, 100%/10m'), usual(10)))
    expect(warning).toEqual({
      text: '      phase 1 sees fewer than 50 requests, so the rollout goes back, since there is no smoke check to make up for the rest: use longer phases or larger shares',
      colour: 'yellow',
    })
  })

  it('says so where there was no traffic, or where nobody could read it', () => {
    const plan = planOf('5%/15m, 100%/10m')
    const denied = new UserError(awsErrors['aws-denied'], 'cannot read metrics of CloudWatch', {
      cause: 'no',
    })
    expect(lines(plan, { value: undefined })).toEqual([
      '    rollout: 5%/15m, 100%/10m',
      '      what its phases detect is not known: it had no requests in the last week',
    ])
    expect(lines(plan, { error: denied })[1]).toBe(
      '      what its phases detect is not known: cannot read metrics of CloudWatch: no',
    )
  })

  it('is none where no phase lasts', () => {
    expect(hasOutlook(planOf('AllAtOnce'))).toBe(false)
    expect(hasOutlook(planOf('100%/10m'))).toBe(true)
  })
})
