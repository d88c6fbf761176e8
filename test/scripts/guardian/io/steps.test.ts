import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Clock } from '../../../../scripts/base/clock.ts'
import { guard } from '../../../../scripts/guardian/io/guard.ts'
import type { GuardianTools } from '../../../../scripts/guardian/io/tools.ts'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { RolloutTools } from '../../../../scripts/rollout/io/run.ts'
import { deadlinesOf } from '../../../support/guardian.ts'
import { deployGuardian } from '../../../support/guardian-here.ts'
import { watchedWorld } from '../../../support/watched.ts'
import { type WatchedService, watchedService } from '../../../support/watched-service.ts'
import { account, region } from '../../kinds/io/stands/stand.ts'

/* What a guardian leaves behind: of steps that it makes itself, and of those of a rollout that it takes back. */

const minute = 60_000

/** Runs a rollout until it has slept so often, and never on: as after a kill. */
async function dieAfter(
  one: { readonly clock: Clock; run(more: Partial<RolloutTools>): Promise<unknown> },
  sleeps: number,
): Promise<void> {
  const died = Promise.withResolvers<void>()
  let left = sleeps
  const clock: Clock = {
    ...one.clock,
    async sleep(ms) {
      await one.clock.sleep(ms)
      if (ms < 1000 || --left > 0) return
      died.resolve()
      await new Promise<never>(() => undefined)
    },
  }
  await Promise.race([died.promise, one.run({ clock }).then(() => expect.fail('it ended'))])
}

async function service(startMs = 0): Promise<WatchedService> {
  const one = await watchedService('25%/2m, 100%/1m', {}, { deadlines: deadlinesOf, startMs })
  onTestFinished(one.close)
  return one
}

const restful = { strategy: 'BLUE_GREEN', lifecycleHooks: [] }
const due = { deadline: { service: 'service-a', environment: 'staging', started: 2 } }
const steps = 'guardian' as const

/** A guardian for which time passes while it waits. */
const waiting = (tools: GuardianTools, { clock }: WatchedService): GuardianTools => ({ ...tools, clock })

describe('a service of ECS that a guardian takes back', () => {
  it('has its traffic there, and no hook that the next deploy would wait at, once the call is over', async () => {
    const one = await service(20_000)
    const { tools } = await deployGuardian(one)
    await dieAfter(one, 8)
    expect((await one.service()).deploymentConfiguration?.lifecycleHooks).toHaveLength(1)
    expect(await guard(waiting(tools, one), due)).toMatchObject({ did: 'back' })
    expect(await one.weights()).toEqual([100, 0])
    expect(await one.service()).toMatchObject({
      deployments: [{ taskDefinition: one.first, rolloutState: 'COMPLETED' }],
      deploymentConfiguration: restful,
    })
  })

  it('loses the hook by the event of its end where that took longer than the call', async () => {
    const one = await service(20_000)
    const guardian = await deployGuardian(one)
    await dieAfter(one, 8)
    expect(await guardian.call(due)).toMatchObject({ did: 'back' })
    expect((await one.service()).deploymentConfiguration?.lifecycleHooks).toHaveLength(1)
    for (let looks = 0; looks < 6; looks++) {
      one.stand.emulator.advanceClock(20_000)
      await one.service()
      await one.stand.emulator.settled()
    }
    expect(await one.service()).toMatchObject({ deploymentConfiguration: restful })
  })
})

describe('steps of a guardian', () => {
  it('bring a service of ECS to its end, and leave no hook behind', async () => {
    const one = await service()
    const { tools } = await deployGuardian(one, { steps })
    await dieAfter(one, 2)
    for (let minutes = 0; minutes < 12; minutes++) {
      await one.clock.sleep(minute)
      await guard(waiting(tools, one), { steps: 'due' })
    }
    expect((await one.events()).at(-1)).toBe('verified')
    expect(await one.service()).toMatchObject({
      deployments: [{ taskDefinition: one.rollout.applied.revision, rolloutState: 'COMPLETED' }],
      deploymentConfiguration: restful,
    })
  })

  it('lead back from a release that was yanked meanwhile', async () => {
    const one = await watchedWorld('10%/10m, 100%/5m', {}, { deadlines: deadlinesOf })
    onTestFinished(one.close)
    const { s3 } = one.stand.clients
    const artifacts = { bucket: 'releases-of-acme', account, region }
    await s3.send(new CreateBucketCommand({ Bucket: artifacts.bucket }))
    const { tools } = await deployGuardian(one, { steps, artifacts })
    await dieAfter(one, 3)
    const step = async () => {
      await one.clock.sleep(minute)
      return await guard(tools, { steps: 'due' })
    }
    const put = (Key: string) =>
      s3.send(new PutObjectCommand({ Bucket: artifacts.bucket, Key, Body: 'unread' }))
    await put(`releases/yanked/${one.rollout.tag}.json.other`)
    await step()
    expect(await one.shares()).toEqual({ 1: 90, 2: 10 })
    await put(`releases/yanked/${one.rollout.tag}.json`)
    await step()
    expect(await one.shares()).toEqual({ 1: 100 })
    const { entry } = await one.ledger.head(one.rollout.target)
    expect(entry && eventOf(entry)).toMatchObject({
      type: 'rolled-back',
      reason: `${one.rollout.tag} was yanked`,
      holds: true,
    })
  })
})
