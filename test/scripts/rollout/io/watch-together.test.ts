import { DeleteAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { standing } from '../../../../scripts/kinds/io/mover.ts'
import type { FunctionApplied } from '../../../../scripts/kinds/lambda/applied.ts'
import { eventOf, type LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import type { RolloutResult } from '../../../../scripts/rollout/rollout.ts'
import { type WatchedWorld, watchedWorld } from '../../../support/watched.ts'
import { atOnce } from '../../kinds/io/stands/stand.ts'

const bob = { arn: 'arn:aws:iam::222222222222:user/bob' }
const two = '10%/3m, 100%/2m'
const phases = ['shifted', 'shifted', 'completed', 'verified']

async function world(strategy = two): Promise<WatchedWorld> {
  const made = await watchedWorld(strategy)
  onTestFinished(made.close)
  return made
}

type Ended = RolloutResult | UserError

const endOf = (run: Promise<RolloutResult>): Promise<Ended> =>
  run.catch((error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))))

/** Begins a run at some moment of another one. */
function atSleep(one: WatchedWorld, count: number, begin: () => Promise<RolloutResult>): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>()
  // The other run goes on meanwhile.
  one.atSleep(count, () => void endOf(begin()).then(resolve))
  return promise
}

const moments = (['PutObject', 'UpdateAlias'] as const).flatMap(operation =>
  [0, 1].flatMap(nth => (['before', 'after'] as const).map(when => ({ operation, nth, when }))),
)

describe('two rollouts of different releases', () => {
  it('the second yields while the first is in a phase, and says to what', async () => {
    const one = await world()
    const second = atSleep(one, 5, async () => one.run({}, await one.another()))
    expect(await one.run()).toBe('moved')
    expect(await second).toMatchObject({
      code: 'rollout-moved',
      cause: expect.stringMatching(
        /^entry 3, shifted, by alice .*; until .* UTC the same deploy of service-a-v1.1.0 may go on with it$/,
      ),
      remedy: expect.stringContaining('make rollback ends a rollout in a phase'),
    })
    expect(await one.shares()).toEqual({ 2: 100 })
    expect(await one.events()).toEqual(['repaired', 'started', ...phases])
  })

  it('the second yields too if it watches nothing', async () => {
    const one = await world()
    const second = atSleep(one, 5, async () => one.run({}, { ...(await one.another()), plan: atOnce }))
    expect(await one.run()).toBe('moved')
    expect(await second).toMatchObject({ code: 'rollout-moved' })
    expect(await one.events()).toEqual(['repaired', 'started', ...phases])
  })

  it.each(moments)(
    'the second begins $when $operation $nth of the first, and one at most is verified',
    async at => {
      const one = await world()
      const other = await one.another()
      let second: Promise<Ended> | undefined
      one.stand.emulator.inject({
        ...{ operation: at.operation, skip: at.nth, times: 1, kind: 'delay', actionAt: at.when },
        async action() {
          second = endOf(one.run({}, other))
          await second
        },
      })
      const ends = [await endOf(one.run()), await second]
      const verified = (await one.events()).filter(event => event === 'verified')
      expect(verified).toHaveLength(ends.filter(end => end === 'moved').length)
      const left = ends[0] === 'moved' ? '2' : ends[1] === 'moved' ? '3' : '1'
      expect(await one.shares()).toEqual({ [left]: 100 })
    },
  )

  it('the second begins where nobody has continued the first in time', async () => {
    const one = await world()
    const other = await one.another()
    const stop = new AbortController()
    one.atSleep(5, () => stop.abort())
    expect(await endOf(one.run({ signal: stop.signal, onStop: 'hold' }))).toMatchObject({
      code: 'rollout-held',
    })
    const resume = () => append(one, { type: 'resumed', reason: 'fine' })
    await resume()
    expect(await endOf(one.run({}, other))).toMatchObject({ code: 'rollout-moved' })
    one.stand.emulator.advanceClock(34 * 60_000)
    // Its share is still there, which no entry of the second explains.
    expect(await endOf(one.run({}, other))).toMatchObject({ code: 'rollout-not-begun' })
    expect(await endOf(one.run())).toMatchObject({ code: 'rollout-taken-back' })
    // What went back holds the service, so that no deploy tries the same again.
    expect(await endOf(one.run({}, other))).toMatchObject({ code: 'rollout-moved' })
    await resume()
    expect(await one.run({}, other)).toBe('moved')
    expect(await one.shares()).toEqual({ 3: 100 })
  })
})

describe('weights that somebody sets by hand', () => {
  it.each([
    [
      'a larger share of the new version',
      { FunctionVersion: '1', share: { 2: 0.6 } },
      { 1: 40, 2: 60 },
      '60 %',
    ],
    [
      'a share of a third version',
      { FunctionVersion: '1', share: { 3: 0.1 } },
      { 1: 90, 3: 10 },
      '10 % to 3',
    ],
  ])('keep no deploy waiting: %s', async (_, { FunctionVersion, share }, shares, says) => {
    const one = await world()
    const other = await one.another()
    const { functionName: FunctionName, live: Name } = one.rollout.applied as FunctionApplied
    const RoutingConfig = { AdditionalVersionWeights: share }
    const command = new UpdateAliasCommand({ FunctionName, Name, FunctionVersion, RoutingConfig })
    one.atSleep(5, () => one.stand.clients.lambda.send(command))
    const told = {
      ...{ code: 'rollout-moved', ending: 'refused', cause: expect.stringContaining(says) },
      message: expect.stringContaining('somebody set other weights'),
      remedy: expect.stringContaining('make rollback ENV=staging SERVICE=service-a'),
    }
    expect(await endOf(one.run())).toMatchObject(told)
    expect(await endOf(one.run())).toMatchObject(told)
    for (const plan of [other.plan, atOnce])
      expect(await endOf(one.run({}, { ...other, plan }))).toMatchObject(told)
    expect([await one.shares(), (await one.events()).at(-1)]).toEqual([shares, 'shifted'])

    await rollBack(one)
    await append(one, { type: 'resumed', reason: 'fine' })
    expect(await one.shares()).toEqual({ 1: 100 })
    expect(await one.run({}, other)).toBe('moved')
    expect(await one.shares()).toEqual({ 3: 100 })
  })
})

describe('another person, in the middle of a phase,', () => {
  it('who rolls back decides: the rollout yields, and says to whom', async () => {
    const one = await world()
    one.atSleep(5, () => rollBack(one))
    expect(await endOf(one.run())).toMatchObject({
      code: 'rollout-moved',
      cause: expect.stringMatching(/^entry 5, rollback-completed, by bob/),
    })
    expect(await one.shares()).toEqual({ 1: 100 })
    expect((await one.events()).slice(-2)).toEqual(['rollback', 'rollback-completed'])
    // The rollback holds the service.
    expect(await endOf(one.run())).toMatchObject({ code: 'rollout-moved' })
    expect(await one.shares()).toEqual({ 1: 100 })
  })

  it('who holds the service and resumes it before the phase is over, lets the rollout go on', async () => {
    const one = await world()
    one.atSleep(3, () => append(one, { type: 'held', reason: 'incident' }))
    one.atSleep(8, () => append(one, { type: 'resumed', reason: 'fine' }))
    expect(await one.run()).toBe('moved')
    const [begin, ...rest] = phases
    expect(await one.events()).toEqual(['repaired', 'started', begin, 'held', 'resumed', ...rest])
  })

  it('who holds it between the look and the next phase keeps that from beginning', async () => {
    const one = await world()
    const isSecond = { operation: 'PutObject', skip: 2, times: 1, kind: 'delay' } as const
    const action = () => append(one, { type: 'held', reason: 'incident' })
    one.stand.emulator.inject({ ...isSecond, action })
    expect(await endOf(one.run())).toMatchObject({
      cause: expect.stringContaining('held until its phase was over'),
    })
    expect(await one.events()).toEqual(['repaired', 'started', 'shifted', 'held', 'rolled-back'])
    expect(await one.shares()).toEqual({ 1: 100 })
  })

  it('who destroys the service is named', async () => {
    const one = await world()
    const { functionName: FunctionName, tag, revision } = one.rollout.applied as FunctionApplied
    one.atSleep(5, async () => {
      await one.stand.clients.lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'STAGING' }))
      await append(one, { type: 'destroyed', tag, revision, reason: 'not needed' })
    })
    expect(await endOf(one.run())).toMatchObject({
      code: 'rollout-no-pointer',
      cause: expect.stringMatching(/does not exist; the newest of its ledger is entry 4, destroyed, by bob/),
    })
  })

  it('who yanks the release after its last shift still ends it', async () => {
    const one = await world()
    const withdrawn = async () =>
      (await one.shares())[2] === 100 ? 'service-a-v1.1.0 was yanked: leaks' : undefined
    expect(await endOf(one.run({ withdrawn }))).toMatchObject({
      ...{ code: 'rollout-taken-back', cause: expect.stringContaining('leaks') },
    })
    expect(await one.shares()).toEqual({ 1: 100 })
  })
})

async function append({ ledger, rollout: { target } }: WatchedWorld, event: LedgerEvent): Promise<void> {
  await ledger.append(target, bob, () => event)
}

/** As `make rollback` does. */
async function rollBack({ stand, ledger, rollout: { applied, target } }: WatchedWorld): Promise<void> {
  const stood = await standing(await stand.tools().movers(applied.kind), applied)
  expect(await stood?.sendBack('1')).toBe('arrived')
  const { good } = (await ledger.head(target)).state
  const event = eventOf(await ledger.read(target, good[0]?.sequence ?? 0))
  if (event?.type !== 'repaired') throw new TypeError('no verified deployment')
  const { deployment } = event
  const from = { revision: '2' }
  const written = await ledger.append(target, bob, () => ({
    type: 'rollback',
    deployment,
    from,
    reason: 'by hand',
  }))
  const of = written?.sequence ?? 0
  await ledger.append(target, bob, () => ({ type: 'rollback-completed', of }))
}

describe('the same deployment twice', () => {
  it.each([1, 5, 20])('shares the work and writes each entry once, from look %i on', async count => {
    const one = await world()
    const second = atSleep(one, count, () => one.run())
    expect(await one.run()).toBe('moved')
    expect(['moved', 'already done']).toContain(await second)
    expect(await one.events()).toEqual(['repaired', 'started', ...phases])
    expect(await one.shares()).toEqual({ 2: 100 })
  })

  it('begun at the same moment, too', async () => {
    const one = await world()
    expect(await Promise.all([one.run(), one.run(), one.run()])).toEqual(['moved', 'moved', 'moved'])
    expect(await one.events()).toEqual(['repaired', 'started', ...phases])
  })

  it('goes back together', async () => {
    const one = await world()
    one.traffic.fails = { 2: 0.9 }
    const ends = await Promise.all([endOf(one.run()), endOf(one.run())])
    for (const end of ends) expect(['rollout-taken-back', 'rollout-moved']).toContain((end as UserError).code)
    expect(await one.events()).toEqual(['repaired', 'started', 'shifted', 'rolled-back'])
    expect(await one.shares()).toEqual({ 1: 100 })
  })
})
