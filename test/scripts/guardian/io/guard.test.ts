import { describe, expect, it, onTestFinished } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import type { Clock } from '../../../../scripts/base/clock.ts'
import type { UserError } from '../../../../scripts/base/user-error.ts'
import { eventOf, type LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import type { RolloutPlan } from '../../../../scripts/strategy/plan.ts'
import { deadlinesOf, guardianOf } from '../../../support/guardian.ts'
import { deployGuardian, type GuardianHere } from '../../../support/guardian-here.ts'
import { makeAlarm, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

const own = 'service-a-staging-errors'
const minute = 60_000
const noone = new Promise<never>(() => undefined)

type Guarded = { readonly one: WatchedWorld; readonly guardian: GuardianHere }

/** A world with a guardian, whose service's own alarm and another one call it. */
async function guarded(strategy = '10%/10m, 100%/5m', plan: Partial<RolloutPlan> = {}): Promise<Guarded> {
  const one = await watchedWorld(strategy, plan, { deadlines: deadlinesOf })
  onTestFinished(one.close)
  const guardian = await deployGuardian(one)
  const { address } = guardianOf(one.stand)
  for (const name of [own, 'orders', 'unknown-staging-errors']) await makeAlarm(one, name, 'OK', [address])
  return { one, guardian }
}

async function ring({ one }: Guarded, name = own): Promise<void> {
  one.stand.emulator.holdAlarm({ name, hold: 'ALARM' })
  await one.stand.emulator.settled()
}

/** Runs the rollout until it has slept so often, and never on: as after a kill. */
async function dieAfter({ one }: Guarded, sleeps: number): Promise<void> {
  let isDead = false
  const { promise: died, resolve } = Promise.withResolvers<void>()
  let left = sleeps
  const clock: Clock = {
    ...one.clock,
    async sleep(ms) {
      if (isDead) return await noone
      await one.clock.sleep(ms)
      if (ms < 1000 || --left > 0) return
      isDead = true
      resolve()
      await noone
    },
  }
  const ended = one.run({ clock }).then(() => expect.fail('it ended'))
  await Promise.race([died, ended])
}

async function pass({ one }: Guarded, minutes: number): Promise<void> {
  for (let gone = 0; gone < minutes; gone++) {
    one.stand.emulator.advanceClock(minute)
    await one.stand.emulator.settled()
  }
}

async function newest({ one }: Guarded) {
  const { entry, state } = await one.ledger.head(one.rollout.target)
  return { who: entry?.who.arn, event: entry && eventOf(entry), state }
}

const person = { arn: 'arn:aws:iam::222222222222:user/bob' }
const append = ({ one }: Guarded, event: LedgerEvent) =>
  one.ledger.append(one.rollout.target, person, () => event)

describe('an alarm during a rollout', () => {
  it('goes back, writes the end, and holds the service', async () => {
    const world = await guarded()
    await dieAfter(world, 3)
    expect(await world.one.shares()).toEqual({ 1: 90, 2: 10 })
    await ring(world)
    expect(await world.one.shares()).toEqual({ 1: 100 })
    expect(await newest(world)).toMatchObject({
      who: expect.stringContaining('assumed-role/guardian-staging/guardian-staging'),
      event: { type: 'rolled-back', started: 2, to: '1', holds: true, reason: `the alarm ${own} rings` },
      state: { open: null, hold: 4 },
    })
    expect(world.guardian.said).toEqual([
      `service-a in staging: all traffic is back on service-a-v1.0.0: the alarm ${own} rings`,
    ])
  })

  it('leaves one end where the runner lives, and sees the alarm too', async () => {
    const world = await guarded('10%/10m, 100%/5m', { alarms: [own] })
    world.one.atSleep(4, () => void world.one.stand.emulator.holdAlarm({ name: own, hold: 'ALARM' }))
    const error: UserError = await world.one.run().catch(caught => caught)
    expect(['rollout-taken-back', 'rollout-moved']).toContain(error.code)
    expect(await world.one.events()).toEqual(['repaired', 'started', 'shifted', 'rolled-back'])
    expect(await world.one.shares()).toEqual({ 1: 100 })
  })

  it('counts if the rollout watches it, whoever made it', async () => {
    const world = await guarded('10%/10m, 100%/5m', { alarms: ['orders'] })
    await dieAfter(world, 3)
    await ring(world, 'orders')
    expect((await newest(world)).event).toMatchObject({ type: 'rolled-back', to: '1' })
  })

  it.each(['orders', 'unknown-staging-errors'])('does nothing if no rollout watches it: %s', async name => {
    const world = await guarded()
    await dieAfter(world, 3)
    await ring(world, name)
    expect(await world.one.shares()).toEqual({ 1: 90, 2: 10 })
    expect(world.guardian.said).toEqual([expect.stringMatching(/no rollout here watches it|no ledger knows/)])
  })
})

describe('an alarm after a rollout', () => {
  it('takes back what was verified, as a person would, so that a deploy does not bring it again', async () => {
    const world = await guarded('100%/1m')
    expect(await world.one.run()).toBe('moved')
    await pass(world, 28)
    await ring(world)
    expect(await world.one.shares()).toEqual({ 1: 100 })
    const { event, state } = await newest(world)
    expect(event).toMatchObject({
      type: 'rollback',
      deployment: { tag: 'service-a-v1.0.0' },
      from: { revision: '2' },
    })
    expect(state).toMatchObject({ open: { type: 'rollback' }, good: [{ revision: '1' }] })
    expect(state.hold).not.toBeNull()
  })

  it('is only a notice half an hour later', async () => {
    const world = await guarded('100%/1m')
    await world.one.run()
    await pass(world, 31)
    await ring(world)
    expect(await world.one.shares()).toEqual({ 2: 100 })
    expect(world.guardian.said).toEqual([
      `service-a in staging: the alarm ${own} rings; nothing was deployed in the last 30 minutes`,
    ])
    expect(world.guardian.told).toMatchObject([
      { event: 'alarm', target: world.one.rollout.target, title: world.guardian.said[0], release: undefined },
    ])
  })

  it('never overrides a person who has acted since', async () => {
    const world = await guarded('100%/1m')
    await world.one.run()
    await append(world, { type: 'held', reason: 'we know' })
    await ring(world)
    expect([await world.one.shares(), (await newest(world)).event?.type]).toEqual([{ 2: 100 }, 'held'])
  })
})

describe('a deadline', () => {
  it('ends what nobody else does, within a minute, and once', async () => {
    const world = await guarded('10%/10m, 100%/5m')
    await dieAfter(world, 3)
    // 15 minutes of phases, 5 for each of two, and 30 of grace; some seconds are gone.
    await pass(world, 54)
    expect(await world.one.shares()).toEqual({ 1: 90, 2: 10 })
    await pass(world, 2)
    expect(await world.one.shares()).toEqual({ 1: 100 })
    const ended = await newest(world)
    expect(ended.event).toMatchObject({
      type: 'rolled-back',
      reason: 'nobody ended it by its deadline',
      holds: true,
    })
    await world.guardian.call({ deadline: { ...world.one.rollout.target, started: 2 } })
    expect(await newest(world)).toEqual(ended)
  })

  it('does nothing about a rollout that a person has gone back from', async () => {
    const world = await guarded()
    await dieAfter(world, 3)
    const first = eventOf(await world.one.ledger.read(world.one.rollout.target, 1))
    if (first?.type !== 'repaired') return expect.fail('it is not there')
    const { deployment } = first
    await append(world, {
      type: 'rollback',
      deployment,
      of: 1,
      from: { revision: '2' },
      reason: 'loses orders',
    })
    await world.guardian.call({ deadline: { ...world.one.rollout.target, started: 2 } })
    expect((await newest(world)).event?.type).toBe('rollback')
    expect(world.guardian.said.at(-1)).toContain('somebody is going back')
  })
})

describe('what goes wrong', () => {
  it('with the ledger, which cannot be written, does not keep the traffic', async () => {
    const world = await guarded()
    await dieAfter(world, 3)
    const mend = world.one.stand.emulator.inject({ operation: 'PutObject', kind: 'access-denied' })
    const called = { deadline: { ...world.one.rollout.target, started: 2 } }
    const error: UserError = await world.guardian.call(called).catch(caught => caught)
    expect(error.message).toContain('was sent back to service-a-v1.0.0, but the ledger lacks the entry')
    expect(await world.one.shares()).toEqual({ 1: 100 })
    // Whoever gets this once for each attempt knows it by its id.
    await world.guardian.call(called).catch(() => undefined)
    const { told } = world.guardian
    expect(told).toHaveLength(2)
    expect(new Set(told.map(({ id }) => id)).size).toBe(1)
    expect(told[0]).toMatchObject({ event: 'unrecorded', title: error.message })
    expect(told[0]?.facts).toContainEqual({ name: 'Next', value: 'make reconcile ENV=staging writes it' })
    mend()
    // Lambda calls it again, and then only the entry is missing.
    expect(await world.guardian.call(called)).toMatchObject({ did: 'back' })
    expect((await newest(world)).event).toMatchObject({ type: 'rolled-back', holds: true })
  })

  it('with the ledger, which cannot be read, is a reason to do nothing and to be called again', async () => {
    const world = await guarded()
    await dieAfter(world, 3)
    world.one.stand.emulator.inject({ operation: 'ListObjectsV2', kind: 'access-denied' })
    const error: UserError = await world.guardian
      .call({ deadline: { ...world.one.rollout.target, started: 2 } })
      .catch(caught => caught)
    expect(error.code).toBe('guardian-blind')
    expect(await world.one.shares()).toEqual({ 1: 90, 2: 10 })
  })

  it('when somebody moves the traffic between the look and the write is looked at again', async () => {
    const world = await guarded()
    await dieAfter(world, 3)
    const { one } = world
    one.stand.emulator.inject({
      ...{ operation: 'UpdateAlias', kind: 'delay', delayMs: 0, times: 1 },
      action: () => one.sendByHand('1'),
    })
    await ring(world)
    expect(await one.shares()).toEqual({ 1: 100 })
    const ends = (await one.ledger.links(one.rollout.target)).map(({ entry }) => unwrap(entry).event.type)
    expect(ends.filter(type => type === 'rolled-back')).toHaveLength(1)
  })
})

describe('its steps', () => {
  it('bring a rollout to its end without a runner, one a minute', async () => {
    const world = await guarded('10%/2m, 100%/1m')
    await dieAfter(world, 2)
    const stepper = {
      ...world.guardian.tools,
      place: { ...world.guardian.tools.place, steps: 'guardian' as const },
    }
    const { guard } = await import('../../../../scripts/guardian/io/guard.ts')
    for (let minutes = 0; minutes < 12; minutes++) {
      await world.one.clock.sleep(minute)
      await guard(stepper, { steps: 'due' })
    }
    expect(await world.one.shares()).toEqual({ 2: 100 })
    expect((await world.one.events()).filter(type => type !== 'completed')).toEqual([
      'repaired',
      'started',
      'shifted',
      'shifted',
      'verified',
    ])
  })

  it('are none unless environments.json says so', async () => {
    const world = await guarded('10%/2m, 100%/1m')
    await dieAfter(world, 2)
    for (let minutes = 0; minutes < 5; minutes++) {
      await world.one.clock.sleep(minute)
      await world.guardian.call({ steps: 'due' })
    }
    expect(await world.one.shares()).toEqual({ 1: 90, 2: 10 })
  })
})
