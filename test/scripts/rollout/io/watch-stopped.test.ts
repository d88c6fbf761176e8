import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import type { RolloutTools } from '../../../../scripts/rollout/io/run.ts'
import { callCheck } from '../../../../scripts/strategy/smoke.ts'
import type { Fault } from '../../../emulator/emulator.ts'
import { makeAlarm, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

const two = '10%/3m, 100%/2m'
const smoke = callCheck.parse({ contains: 'two' })

async function world(): Promise<WatchedWorld> {
  const one = await watchedWorld(two, { alarms: ['orders'], smoke })
  onTestFinished(one.close)
  await makeAlarm(one, 'orders')
  return one
}

type Strike = Pick<Fault, 'operation'> & Partial<Pick<Fault, 'skip' | 'actionAt' | 'delayMs'>>

/** Runs the rollout, and stops it at a request. */
async function stopAt(one: WatchedWorld, strike: Strike, tools: Partial<RolloutTools> = {}) {
  const stop = new AbortController()
  one.stand.emulator.inject({ kind: 'delay', times: 1, ...strike, action: () => stop.abort() })
  const end = await one.run({ ...tools, signal: stop.signal }).catch((error: unknown) => error)
  expect(stop.signal.aborted).toBe(true)
  return end instanceof UserError ? end : expect.fail(String(end))
}

/** The newest entry's state, and where the traffic is. */
async function endOf({ ledger, rollout, shares, events }: WatchedWorld) {
  const { hold, open } = (await ledger.head(rollout.target)).state
  return {
    shares: await shares(),
    isHeld: hold !== null,
    isOpen: open !== null,
    last: (await events()).at(-1),
  }
}

const asBefore = { shares: { 1: 100 }, isHeld: false, isOpen: false }
const ledgerWrite = { operation: 'PutObject' }

describe('Ctrl-C', () => {
  it.each([
    ['as it begins', { operation: 'GetAlias' }],
    ['while its alarms are read', { operation: 'DescribeAlarms' }],
    ['during a smoke call that hangs', { operation: 'Invoke', delayMs: 20_000 }],
  ])('%s leaves all as it was, whatever ON_STOP says', async (_, strike) => {
    for (const onStop of ['back', 'hold'] as const) {
      const one = await world()
      expect(await stopAt(one, strike, { onStop })).toMatchObject({ code: 'rollout-not-begun' })
      expect(await endOf(one)).toEqual({ ...asBefore, last: 'repaired' })
    }
  })

  it.each([
    ['before the entry of its first phase', { ...ledgerWrite, skip: 1 }],
    ['before its first shift', { operation: 'UpdateAlias' }],
    ['after its first shift', { operation: 'UpdateAlias', actionAt: 'after' }],
    ['while it waits', { operation: 'GetMetricData', skip: 8 }],
    ['before its last shift', { operation: 'UpdateAlias', skip: 1 }],
    ['after its last shift', { operation: 'UpdateAlias', skip: 1, actionAt: 'after' }],
    ['before the entry of its arrival', { ...ledgerWrite, skip: 3 }],
  ] as const)('%s sends the traffic back, without a hold, and says so', async (_, strike) => {
    const one = await world()
    const error = await stopAt(one, strike)
    expect(error).toMatchObject({
      ...{ code: 'rollout-taken-back', ending: 'rolledBack', remedy: 'The same deploy begins it again.' },
      message:
        'the rollout of service-a-v1.1.0 to service-a in staging was stopped, and its traffic sent back',
    })
    expect(await endOf(one)).toEqual({ ...asBefore, last: 'rolled-back' })
    expect(await one.run()).toBe('moved')
  })

  it('before the last entry comes too late: the rollout is verified', async () => {
    const one = await world()
    const stop = new AbortController()
    one.stand.emulator.inject({ ...ledgerWrite, kind: 'delay', skip: 4, action: () => stop.abort() })
    expect(await one.run({ signal: stop.signal })).toBe('moved')
    expect(await endOf(one)).toMatchObject({ shares: { 2: 100 }, isOpen: false, last: 'verified' })
  })

  it.each([
    ['the first phase', { operation: 'UpdateAlias', actionAt: 'after' }, { 1: 90, 2: 10 }],
    ['the last phase', { operation: 'UpdateAlias', skip: 1, actionAt: 'after' }, { 2: 100 }],
  ] as const)(
    'in %s with ON_STOP=hold keeps the weights, and the next run goes on',
    async (_, strike, shares) => {
      const one = await world()
      expect(await stopAt(one, strike, { onStop: 'hold' })).toMatchObject({
        code: 'rollout-held',
        ending: 'notReady',
      })
      expect(await endOf(one)).toEqual({ shares, isHeld: true, isOpen: true, last: 'held' })
    },
  )

  it('while a bad version is taken back changes nothing about that: the service is held', async () => {
    const one = await world()
    one.atSleep(3, () => one.stand.emulator.holdAlarm({ name: 'orders', hold: 'ALARM' }))
    const error = await stopAt(one, { operation: 'UpdateAlias', skip: 1 })
    expect(error).toMatchObject({
      message: 'the traffic of service-a in staging was sent back: service-a-v1.1.0 did not do well',
      ...{ cause: expect.stringContaining('orders rings'), remedy: expect.stringContaining('make resume') },
    })
    expect(await endOf(one)).toEqual({ ...asBefore, isHeld: true, last: 'rolled-back' })
  })

  it('at the same moment as an alarm is no excuse: the service is held', async () => {
    const one = await world()
    const stop = new AbortController()
    one.atSleep(3, () => {
      one.stand.emulator.holdAlarm({ name: 'orders', hold: 'ALARM' })
      stop.abort()
    })
    const end = await one.run({ signal: stop.signal, onStop: 'hold' }).catch((error: unknown) => error)
    expect(end).toMatchObject({ code: 'rollout-taken-back', cause: expect.stringContaining('orders rings') })
    expect(await endOf(one)).toEqual({ ...asBefore, isHeld: true, last: 'rolled-back' })
  })
})
