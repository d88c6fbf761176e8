import type { ServerResponse } from 'node:http'
import { DeleteRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it, onTestFinished } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { RolloutPlan } from '../../../../scripts/strategy/plan.ts'
import { requestCheck } from '../../../../scripts/strategy/smoke.ts'
import { type WatchedService, watchedService } from '../../../support/watched-service.ts'

const four = '5%/5m, 25%/4m, 50%/4m, 100%/3m'

async function world(
  strategy: string,
  more?: Partial<RolloutPlan>,
  startMs?: number,
): Promise<WatchedService> {
  const made = await watchedService(strategy, more, startMs === undefined ? {} : { startMs })
  onTestFinished(made.close)
  return made
}

const failing = (run: Promise<unknown>) =>
  run.then(
    done => expect.fail(`it ended with ${JSON.stringify(done)}`),
    (error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))),
  )

/** The shares of the phases that the ledger has. */
async function recorded({ ledger, rollout }: WatchedService): Promise<number[]> {
  const links = await ledger.links(rollout.target)
  return links.flatMap(({ entry }) => {
    const event = eventOf(unwrap(entry))
    return event?.type === 'shifted' ? [event.share] : []
  })
}

/** Writes of a rollout to ECS, in order. */
function moves({ stand }: WatchedService): string[] {
  return stand.emulator
    .requests()
    .filter(({ operation, status }) => /ServiceDeployment$|^UpdateService$/.test(operation) && status === 200)
    .map(({ operation }) => operation)
}

const runs = async ({ service }: WatchedService) => (await service()).taskDefinition

describe('a watched rollout of a service', () => {
  it('goes through uneven phases in equal steps, and waits only in the phases', async () => {
    const one = await world(four)
    const begin = one.clock.now()
    expect(await one.run()).toBe('moved')
    expect(await recorded(one)).toEqual([5, 25, 50, 100])
    expect(one.seen).toEqual(['95/5', '75/25', '50/50', '0/100'])
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
    const minutes = (one.clock.now() - begin) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(16)
    expect(minutes).toBeLessThan(22)
    // One to begin, 20 steps of 5 %, one to end, and one that leaves no hook behind.
    expect(moves(one)).toEqual([
      'UpdateService',
      ...Array.from({ length: 21 }, () => 'ContinueServiceDeployment'),
      'UpdateService',
    ])
    expect(await one.service()).toMatchObject({
      deployments: [{ taskDefinition: one.rollout.applied.revision, rolloutState: 'COMPLETED' }],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', lifecycleHooks: [] },
    })
    one.stand.emulator.clearRequests()
    expect(await one.run()).toBe('already done')
    expect(moves(one)).toEqual([])
  })

  it.each([
    ['10%/2m, 100%/2m', ['90/10', '0/100'], 'CANARY'],
    ['100%/2m', ['0/100'], 'BLUE_GREEN'],
  ])('goes through %s', async (strategy, shares, own) => {
    const one = await world(strategy)
    const strategies: unknown[] = []
    one.atSleep(2, async () => strategies.push((await one.service()).deploymentConfiguration?.strategy))
    expect(await one.run()).toBe('moved')
    expect(one.seen).toEqual(shares)
    expect(strategies).toEqual([own])
  })

  it('goes the other way between the target groups the next time', async () => {
    const one = await world('10%/2m, 100%/2m')
    await one.run()
    one.seen.length = 0
    expect(await one.run({}, await one.another())).toBe('moved')
    expect(one.seen).toEqual(['10/90', '100/0'])
  })

  it('sends the traffic back once the new tasks are clearly worse', async () => {
    const one = await world(four)
    one.traffic.fails = { [one.first]: 0.005, [one.rollout.applied.revision]: 0.08 }
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-taken-back', ending: 'rolledBack' })
    expect(error.cause).toMatch(/of \d+ requests/)
    expect(await one.weights()).toEqual([100, 0])
    expect(await runs(one)).toBe(one.first)
    expect(await one.events()).toEqual(['repaired', 'started', 'shifted', 'rolled-back'])
    expect(await one.service()).toMatchObject({ deploymentConfiguration: { lifecycleHooks: [] } })
  })

  it('goes back where too little was seen', async () => {
    const one = await world(four)
    one.traffic.perMinute = 10
    expect((await failing(one.run())).cause).toContain('too little was seen to go on')
    expect(await one.weights()).toEqual([100, 0])
  })
})

describe('tasks that take two minutes to start', () => {
  it('get no traffic and no phase until they run, and each phase has its whole time', async () => {
    const one = await world('25%/5m, 50%/5m, 100%/5m', {}, 120_000)
    expect(await one.run()).toBe('moved')
    expect(one.seen).toEqual(['100/0', '75/25', '50/50', '0/100'])
    const [, begun, first, second] = await one.times()
    expect(Number(first) - Number(begun)).toBeGreaterThanOrEqual(120_000)
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(5 * 60_000)
    expect(await recorded(one)).toEqual([25, 50, 100])
  })

  it('are ended by a run that is asked to stop meanwhile', async () => {
    const one = await world('25%/5m, 50%/5m, 100%/5m', {}, 120_000)
    const stop = new AbortController()
    one.atSleep(2, () => stop.abort())
    const error = await failing(one.run({ signal: stop.signal }))
    expect(error.code).toBe('rollout-taken-back')
    expect(await runs(one)).toBe(one.first)
    expect(await recorded(one)).toEqual([])
  })

  it('are waited for by a run that continues one that ended meanwhile', async () => {
    const one = await world('25%/5m, 50%/5m, 100%/5m', {}, 120_000)
    one.atSleep(2, () => {
      throw new TypeError('killed')
    })
    await expect(one.run()).rejects.toThrow('killed')
    expect(await one.run()).toBe('moved')
    expect(moves(one).filter(operation => operation === 'UpdateService')).toHaveLength(2)
    expect(await recorded(one)).toEqual([25, 50, 100])
  })
})

describe('a smoke check of a service', () => {
  const smoke = requestCheck.parse({ path: '/a', times: 3, timeoutSeconds: 1 })
  const moved = (one: WatchedService) => moves(one).includes('ContinueServiceDeployment')

  it('asks the new tasks through the test listener, before they get traffic', async () => {
    const one = await world('10%/2m, 100%/2m', { smoke })
    const asked: boolean[] = []
    await one.answerTests(response => {
      asked.push(moved(one))
      response.end('fine')
    })
    expect(await one.run()).toBe('moved')
    expect(asked).toEqual([false, false, false])
  })

  it('stands in for missing traffic', async () => {
    const one = await world('10%/2m, 100%/2m', { smoke })
    one.traffic.perMinute = 60
    await one.answerTests(response => response.end('fine'))
    expect(await one.run()).toBe('moved')
  })

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['another status', response => response.writeHead(500).end(), '/a answered 500, not 200'],
    ['no answer', () => undefined, 'no answer in 1 s'],
  ])('sends the traffic back after %s', async (_, answer, why) => {
    const one = await world('10%/2m, 100%/2m', { smoke })
    await one.answerTests(answer)
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-taken-back' })
    expect(error.cause).toContain(why)
    expect(moved(one)).toBe(false)
    expect(await runs(one)).toBe(one.first)
  })
})

describe('others', () => {
  it('who change the rule stop it, and ECS goes back by itself', async () => {
    const one = await world(four)
    one.atSleep(3, () => one.setWeights(60, 40))
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-moved' })
    expect(error.cause).toContain('40 % of the traffic, and ECS has given it 5 %')
    expect(await one.weights()).toEqual([60, 40])
    one.stand.emulator.advanceClock(36 * 60_000)
    expect(await runs(one)).toBe(one.first)
    expect(await one.weights()).toEqual([100, 0])
  })

  it('who delete the rule are to blame, and not the release', async () => {
    const one = await world(four)
    const { balancers } = one.stand.clients
    one.atSleep(3, async () => {
      const [balancer] = (await one.service()).loadBalancers ?? []
      const RuleArn = balancer?.advancedConfiguration?.productionListenerRule
      await balancers.send(new DeleteRuleCommand({ RuleArn }))
    })
    const error = await failing(one.run())
    expect(error).toMatchObject({
      code: 'rollout-taken-back',
      message: expect.stringMatching(/^the rollout of .* could not go on, and its traffic was sent back$/),
      cause: expect.stringMatching(/RuleNotFound.*\nservice-a-staging:\d+ has all traffic again$/),
      remedy: expect.stringMatching(/^Look into what kept it from going on\. .* First make resume/),
    })
  })

  it('who changed the rule before it begins keep it from beginning', async () => {
    const one = await world(four)
    one.setWeights(60, 40)
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-not-begun' })
    expect(error.cause).toContain('60 % of the traffic, and ECS has given it 100 %')
    expect(moves(one)).toEqual([])
  })

  it('who deploy something else are left alone', async () => {
    const one = await world(four)
    const theirs = (await one.another()).applied.revision
    one.atSleep(3, () => one.deployByHand(theirs))
    expect(await failing(one.run())).toMatchObject({ code: 'rollout-moved' })
    expect(await runs(one)).toBe(theirs)
  })
})

describe('ECS itself', () => {
  it('goes back where nobody continues, and the next run says so', async () => {
    const one = await world(four)
    const stop = new AbortController()
    one.atSleep(3, () => stop.abort())
    expect((await failing(one.run({ signal: stop.signal, onStop: 'hold' }))).code).toBe('rollout-held')
    expect(await one.weights()).toEqual([95, 5])
    // The longest phase, and 30 minutes.
    one.stand.emulator.advanceClock(34 * 60_000)
    expect(await one.weights()).toEqual([95, 5])
    one.stand.emulator.advanceClock(60_000)
    expect(await runs(one)).toBe(one.first)
    expect(await one.weights()).toEqual([100, 0])
    await one.resume()
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-taken-back' })
    expect(error.cause).toContain('timed out')
    expect(await one.events()).toEqual(['repaired', 'started', 'shifted', 'held', 'resumed', 'rolled-back'])
  })

  it('goes back because somebody stopped its deployment, and the rollout with it', async () => {
    const one = await world(four)
    one.atSleep(3, () => one.stopDeployment())
    const error = await failing(one.run())
    expect(error).toMatchObject({ code: 'rollout-taken-back' })
    expect(error.cause).toContain('stopped by a user')
    expect(await runs(one)).toBe(one.first)
  })

  it('cannot start the new tasks: no phase begins', async () => {
    const one = await world(four)
    one.stand.emulator.setRollout({ ...one.place, outcome: 'hangs', times: 1 })
    const error = await failing(one.run({ waitMs: 60_000 }))
    expect(error.cause).toContain('longer than 60 s')
    expect(await recorded(one)).toEqual([])
    expect(await runs(one)).toBe(one.first)
  })
})

describe('a run that is stopped', () => {
  it.each(['back', 'hold'] as const)('goes %s', async onStop => {
    const one = await world(four)
    const stop = new AbortController()
    one.atSleep(35, () => stop.abort())
    const error = await failing(one.run({ signal: stop.signal, onStop }))
    expect(error.code).toBe(onStop === 'back' ? 'rollout-taken-back' : 'rollout-held')
    expect(await one.weights()).toEqual(onStop === 'back' ? [100, 0] : [75, 25])
    if (onStop === 'back') return
    await one.resume()
    expect(await one.run()).toBe('moved')
    expect(await recorded(one)).toEqual([5, 25, 50, 100])
    expect(await one.weights()).toEqual([0, 100])
  })
})
