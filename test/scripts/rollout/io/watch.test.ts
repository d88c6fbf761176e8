import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import type { Who } from '../../../../scripts/ledger/entry.ts'
import type { RolloutPlan } from '../../../../scripts/strategy/plan.ts'
import { makeAlarm, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

const bob: Who = { arn: 'arn:aws:iam::222222222222:user/bob' }
const four = '5%/5m, 25%/4m, 50%/4m, 100%/3m'

async function world(strategy: string, more?: Partial<RolloutPlan>): Promise<WatchedWorld> {
  const made = await watchedWorld(strategy, more)
  onTestFinished(made.close)
  return made
}

/** The shares that version 2 was given, and what the alias was set to otherwise, in order. */
function moves({ stand }: WatchedWorld): string[] {
  return stand.emulator
    .requests()
    .filter(({ operation, status }) => operation === 'UpdateAlias' && status === 200)
    .map(({ resource }) => resource)
}

const failing = (run: Promise<unknown>) =>
  run.then(
    done => expect.fail(`it ended with ${JSON.stringify(done)}`),
    (error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))),
  )

describe('a watched rollout', () => {
  it('goes through its phases, and is verified after its bake time', async () => {
    const one = await world(four)
    const seen: Record<string, number>[] = []
    const begin = one.clock.now()
    const follow = () => undefined
    one.atSleep(1, async () => seen.push(await one.shares()))
    expect(await one.run({ follow })).toBe('moved')
    expect(await one.shares()).toEqual({ 2: 100 })
    expect(await one.events()).toEqual([
      'repaired',
      'started',
      'shifted',
      'shifted',
      'shifted',
      'shifted',
      'completed',
      'verified',
    ])
    expect(seen).toEqual([{ 1: 95, 2: 5 }])
    const minutes = (one.clock.now() - begin) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(16)
    expect(minutes).toBeLessThan(22)
    expect(moves(one)).toHaveLength(4)
  })

  it('has an entry for its phase where there is only one, too', async () => {
    const one = await world('100%/2m')
    await one.run()
    expect(await one.events()).toEqual(['repaired', 'started', 'shifted', 'completed', 'verified'])
  })

  it('sends the traffic back once the new version is clearly worse, and says so', async () => {
    const one = await world(four)
    one.traffic.fails = { 1: 0.005, 2: 0.08 }
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-taken-back', ending: 'rolledBack' })
    expect(error.cause).toMatch(/of \d+ requests/)
    expect(await one.shares()).toEqual({ 1: 100 })
    expect(await one.events()).toEqual(['repaired', 'started', 'shifted', 'rolled-back'])
    expect(moves(one)).toHaveLength(2)
  })

  it('goes on where both versions are as bad', async () => {
    const one = await world(four)
    one.traffic.fails = { 1: 0.08, 2: 0.08 }
    expect(await one.run()).toBe('moved')
  })

  it('goes back where too little was seen, since nobody can make up for it', async () => {
    const one = await world(four)
    one.traffic.perMinute = 20
    const error = await failing(one.run())
    expect(error.cause).toContain('too little was seen')
    expect(await one.shares()).toEqual({ 1: 100 })
  })
})

describe('alarms', () => {
  it('that ring before it begins keep it from beginning', async () => {
    const one = await world(four, { alarms: ['orders'] })
    await makeAlarm(one, 'orders', 'ALARM')
    const error = await failing(one.run())
    expect(error).toMatchObject({
      code: 'rollout-not-begun',
      ending: 'refused',
      cause: 'the alarm orders rings',
    })
    expect([await one.events(), moves(one)]).toEqual([['repaired'], []])
  })

  it('that do not exist keep it from beginning', async () => {
    const one = await world(four, { alarms: ['ordres', 'latencia'] })
    expect((await failing(one.run())).cause).toBe('the alarms ordres, latencia do not exist')
  })

  it('that ring later send the traffic back, within a look and two calls', async () => {
    const one = await world(four, { alarms: ['orders'] })
    await makeAlarm(one, 'orders')
    let rang = 0
    one.atSleep(40, () => {
      one.stand.emulator.holdAlarm({ name: 'orders', hold: 'ALARM' })
      one.stand.emulator.clearRequests()
      rang = one.clock.now()
    })
    const error = await failing(one.run())
    expect(error.cause).toContain('the alarm orders rings')
    expect(one.clock.now() - rang).toBeLessThanOrEqual(15_000)
    const asked = one.stand.emulator.requests().map(({ operation }) => operation)
    // One look sees the alarm; then the alias is read again and moved.
    expect(asked.filter(operation => /Alias/.test(operation))).toEqual([
      'GetAlias',
      'GetAlias',
      'UpdateAlias',
    ])
    const lookEnds = asked.findLastIndex(operation => /DescribeAlarms|GetMetricData/.test(operation))
    expect(asked.slice(lookEnds + 1, asked.indexOf('UpdateAlias') + 1)).toEqual(['GetAlias', 'UpdateAlias'])
    expect(await one.shares()).toEqual({ 1: 100 })
  })
})

describe('others', () => {
  it('who send the traffic back decide', async () => {
    const one = await world(four)
    one.atSleep(20, async () => {
      const { state } = await one.ledger.head(one.rollout.target)
      const from = { revision: '2' }
      const [good] = state.good
      const event = await one.ledger.read(one.rollout.target, good?.sequence ?? 0)
      if (!('deployment' in event.event)) throw new TypeError('no deployment')
      const deployment = event.event.deployment as never
      await one.ledger.append(one.rollout.target, bob, () => ({
        type: 'rollback',
        deployment,
        of: good?.sequence,
        from,
        reason: 'loses orders',
      }))
    })
    const error = await failing(one.run())
    expect(['rollout-moved', 'rollout-taken-back']).toContain(error.code)
    expect(await one.events()).not.toContain('completed')
  })

  it('who hold the service keep it from going on, and when the phase is over it goes back', async () => {
    const one = await world(four)
    one.atSleep(20, () =>
      one.ledger.append(one.rollout.target, bob, () => ({ type: 'held', reason: 'incident' })),
    )
    const error = await failing(one.run())
    expect(error.cause).toContain('held until its phase was over')
    expect(await one.shares()).toEqual({ 1: 100 })
    expect(await one.events()).toEqual(['repaired', 'started', 'shifted', 'held', 'rolled-back'])
  })

  it('who give the version another share stop it', async () => {
    const one = await world(four)
    const { UpdateAliasCommand } = await import('@aws-sdk/client-lambda')
    one.atSleep(20, () =>
      one.stand.clients.lambda.send(
        new UpdateAliasCommand({
          FunctionName: (one.rollout.applied as never as { functionName: string }).functionName,
          Name: 'STAGING',
          RoutingConfig: { AdditionalVersionWeights: { 2: 0.6 } },
        }),
      ),
    )
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-moved', cause: expect.stringContaining('60 %') })
    expect(await one.shares()).toEqual({ 1: 40, 2: 60 })
  })

  it('who yank the release end it', async () => {
    const one = await world(four)
    let yanked: string | undefined
    one.atSleep(20, () => {
      yanked = 'service-a-v1.1.0 was yanked: leaks'
    })
    const error = await failing(one.run({ withdrawn: async () => yanked }))
    expect(error.cause).toContain('leaks')
    expect(await one.shares()).toEqual({ 1: 100 })
  })
})

describe('a run that is stopped', () => {
  it.each(['back', 'hold'] as const)('goes %s', async onStop => {
    const one = await world(four)
    const stop = new AbortController()
    one.atSleep(20, () => stop.abort())
    const error = await failing(one.run({ signal: stop.signal, onStop }))
    expect(error.code).toBe(onStop === 'back' ? 'rollout-taken-back' : 'rollout-held')
    expect(await one.shares()).toEqual(onStop === 'back' ? { 1: 100 } : { 1: 95, 2: 5 })
    if (onStop === 'back') return
    await one.ledger.append(one.rollout.target, bob, () => ({ type: 'resumed', reason: 'fine' }))
    expect(await one.run()).toBe('moved')
    expect(await one.shares()).toEqual({ 2: 100 })
  })
})
