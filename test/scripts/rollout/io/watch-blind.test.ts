import { DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { criteriaSchema } from '../../../../scripts/strategy/criteria.ts'
import type { RolloutPlan } from '../../../../scripts/strategy/plan.ts'
import { callCheck } from '../../../../scripts/strategy/smoke.ts'
import { makeAlarm, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

/*
 * What cannot be seen is never taken for good: a rollout asks the new version itself, as configured, or goes back.
 */

const smoke = callCheck.parse({ contains: 'two' })

async function world(plan: Partial<RolloutPlan> = {}): Promise<WatchedWorld> {
  const one = await watchedWorld('10%/2m, 100%/1m', plan)
  onTestFinished(one.close)
  return one
}

const blind = {
  'no request at all': {
    alarms: [],
    prepare: ({ traffic }) => void Object.assign(traffic, { perMinute: 0 }),
  },
  'too few requests': {
    alarms: [],
    prepare: ({ traffic }) => void Object.assign(traffic, { perMinute: 100 }),
  },
  'an alarm of a metric that nothing reports': {
    alarms: ['orders'],
    prepare: one => makeAlarm(one, 'orders', 'INSUFFICIENT_DATA'),
  },
  'an alarm that has lost its data': {
    alarms: ['orders'],
    async prepare(one) {
      await makeAlarm(one, 'orders')
      one.atSleep(3, () => one.stand.emulator.holdAlarm({ name: 'orders', hold: 'INSUFFICIENT_DATA' }))
    },
  },
} satisfies Record<string, { alarms: string[]; prepare: (one: WatchedWorld) => unknown }>

describe.each(Object.entries(blind))('a rollout that sees %s', (_, { alarms, prepare }) => {
  it.each([
    ['has no smoke check', {}],
    ['is not to probe', { smoke, criteria: criteriaSchema.parse({ noData: 'back' }) }],
  ])('goes back where it %s', async (_, plan) => {
    const one = await world({ ...plan, alarms })
    await prepare(one)
    const end = await one.run().catch((error: unknown) => error)
    expect(end).toBeInstanceOf(UserError)
    expect(end).toMatchObject({
      code: 'rollout-taken-back',
      cause: expect.stringContaining('too little was seen'),
    })
    expect([await one.shares(), (await one.events()).at(-1)]).toEqual([{ 1: 100 }, 'rolled-back'])
  })

  it('calls the new version instead, and goes on only if it answers', async () => {
    const one = await world({ smoke, alarms })
    await prepare(one)
    expect(await one.run()).toBe('moved')
    const calls = one.stand.emulator.requests().filter(({ operation }) => operation === 'Invoke')
    // The check itself, and at least one for each phase.
    expect(calls.length).toBeGreaterThanOrEqual(3)
  })
})

describe('an alarm', () => {
  it('that is removed meanwhile sends the traffic back', async () => {
    const one = await world({ smoke, alarms: ['orders'] })
    await makeAlarm(one, 'orders')
    const removed = new DeleteAlarmsCommand({ AlarmNames: ['orders'] })
    one.atSleep(3, () => one.stand.clients.cloudwatch.send(removed))
    await expect(one.run()).rejects.toMatchObject({
      ...{ code: 'rollout-taken-back', cause: expect.stringContaining('the alarm orders does not exist') },
    })
    expect(await one.shares()).toEqual({ 1: 100 })
  })
})
