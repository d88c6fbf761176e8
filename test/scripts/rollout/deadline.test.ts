import { expect, it } from 'vitest'
import { rolloutPart } from '../../../scripts/ledger/rollout-part.ts'
import type { Digest } from '../../../scripts/names/digest.ts'
import { rolloutDeadline, rolloutPartOf } from '../../../scripts/rollout/deadline.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import { phasesIn } from '../../../scripts/strategy/parse-strategy.ts'
import type { RolloutPlan } from '../../../scripts/strategy/plan.ts'
import { callCheck } from '../../../scripts/strategy/smoke.ts'

const start = new Date('2026-01-02T03:04:05.250Z')

const planOf = (strategy: string, more: Partial<RolloutPlan> = {}): RolloutPlan => {
  return { phases: phasesIn(strategy), criteria: criteriaSchema.parse({}), alarms: ['orders'], ...more }
}

const smoke = (times: number, timeoutSeconds: number) => callCheck.parse({ times, timeoutSeconds })

it.each([
  ['AllAtOnce', {}, '2026-01-02T03:39:06.000Z'],
  ['5%/15m, 100%/10m', {}, '2026-01-02T04:09:06.000Z'],
  ['5%/15m, 100%/10m', { smoke: smoke(10, 60) }, '2026-01-02T04:19:06.000Z'],
])('a rollout in %s is over in time for all its phases and an interruption', (strategy, more, end) => {
  expect(rolloutDeadline(planOf(strategy, more), start).toISOString()).toBe(end)
})

it('leaves all that it takes to continue it, as an entry can hold it', () => {
  const digests = [`sha256:${'1'.repeat(64)}` as Digest]
  const plan = planOf('5%/15m, 100%/10m', { smoke: smoke(1, 30) })
  const part = rolloutPartOf(plan, digests, start)
  const { deadline, ...rest } = part
  expect(rest).toEqual({ ...plan, digests })
  expect(rolloutPart.parse(JSON.parse(JSON.stringify(part)))).toEqual(part)
})
