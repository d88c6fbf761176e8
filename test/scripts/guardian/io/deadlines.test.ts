import { GetScheduleCommand } from '@aws-sdk/client-scheduler'
import { describe, expect, it, onTestFinished } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { connectDeadlines } from '../../../../scripts/guardian/io/deadlines.ts'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { refusal } from '../../../emulator/clients.ts'
import { settingsOf } from '../../../support/aws-settings.ts'
import { deadlinesOf, guardian, guardianOf } from '../../../support/guardian.ts'
import { type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

const name = 'waybill.staging.service-a.2'

async function guarded(strategy = '10%/2m, 100%/1m'): Promise<WatchedWorld> {
  const one = await watchedWorld(strategy, {}, { deadlines: deadlinesOf })
  onTestFinished(one.close)
  return one
}

const scheduleOf = ({ stand }: WatchedWorld, Name = name) =>
  stand.clients.scheduler.send(new GetScheduleCommand({ Name }))

const operations = ({ stand }: WatchedWorld) =>
  stand.emulator.requests().flatMap(({ service, operation }) => (service === 'scheduler' ? [operation] : []))

describe('the deadline of a rollout', () => {
  it('is there before its first entry, calls the guardian, and is gone with its end', async () => {
    const one = await guarded()
    let seen: Awaited<ReturnType<typeof scheduleOf>> | undefined
    one.atSleep(1, async () => {
      seen = await scheduleOf(one)
    })
    expect(await one.run()).toBe('moved')
    const started = eventOf(await one.ledger.read(one.rollout.target, 2))
    const deadline = started?.type === 'started' ? started.rollout?.deadline : undefined
    const { address, schedulerRoleArn } = guardianOf(one.stand)
    expect(seen).toMatchObject({
      ScheduleExpression: `at(${deadline?.slice(0, 19)})`,
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: address,
        RoleArn: schedulerRoleArn,
        Input: JSON.stringify({ deadline: { service: 'service-a', environment: 'staging', started: 2 } }),
      },
    })
    expect(operations(one).filter(operation => operation !== 'GetSchedule')).toEqual([
      'CreateSchedule',
      'DeleteSchedule',
    ])
    expect(await refusal(scheduleOf(one))).toMatchObject({ status: 404 })
    expect(
      one.stand.emulator.requests().findIndex(({ operation }) => operation === 'CreateSchedule'),
    ).toBeLessThan(
      one.stand.emulator
        .requests()
        .findIndex(
          ({ operation, write, resource }) =>
            write &&
            operation === 'PutObject' &&
            resource.includes('/service-a/') &&
            resource.endsWith('9999999997.json'),
        ),
    )
  })

  it('is for the entry that was written, also where somebody else writes one at the same moment', async () => {
    const one = await guarded()
    const { target } = one.rollout
    const who = { arn: 'arn:aws:iam::222222222222:user/bob' }
    one.stand.emulator.inject({
      ...{ operation: 'CreateSchedule', kind: 'delay', delayMs: 0, times: 1 },
      action: async () =>
        void (await one.ledger.append(target, who, () => ({ type: 'resumed', reason: 'fine' }))),
    })
    one.atSleep(1, async () => {
      expect(await scheduleOf(one, 'waybill.staging.service-a.3')).toMatchObject({ GroupName: 'default' })
      expect(await refusal(scheduleOf(one))).toMatchObject({ status: 404 })
    })
    expect(await one.run()).toBe('moved')
    const events = (await one.ledger.links(target)).map(({ entry }) => unwrap(entry).event.type)
    expect(events.slice(0, 3)).toEqual(['repaired', 'resumed', 'started'])
  })

  it('replaces one of a run that was killed before its entry', async () => {
    const one = await guarded()
    await (await deadlines(one)).set(one.rollout.target, 2, new Date('2030-01-01T00:00:00Z'))
    expect(await one.run()).toBe('moved')
    expect(operations(one)).toContain('UpdateSchedule')
  })

  it('refuses to begin where the guardian was not deployed yet', async () => {
    const place = async ({ emulator }: WatchedWorld['stand']) =>
      connectDeadlines({
        settings: settingsOf(emulator),
        prefix: 'waybill',
        guardian,
        environment: 'staging',
      })
    const one = await watchedWorld('10%/2m, 100%/1m', {}, { deadlines: place })
    onTestFinished(one.close)
    const error = await one.run().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).code).toBe('guardian-not-asked')
    expect((error as UserError).remedy).toContain('make deploy ENV=staging SERVICE=guardian')
    expect([await one.events(), await one.shares()]).toEqual([['repaired'], { 1: 100 }])
  })

  it('has a name that AWS takes, however long the service is called', async () => {
    const one = await guarded()
    const service = `a${'-long'.repeat(20)}` as ServiceName
    const target = { service, environment: 'staging' }
    const own = await deadlines(one)
    await own.set(target, 1, new Date('2030-01-01T00:00:00Z'))
    await own.clear(target, 1)
    await own.clear(target, 1)
    expect(operations(one)).toEqual(['CreateSchedule', 'DeleteSchedule', 'DeleteSchedule'])
  })
})

async function deadlines({ stand }: WatchedWorld) {
  return connectDeadlines({
    settings: settingsOf(stand.emulator),
    prefix: 'waybill',
    guardian,
    environment: 'staging',
  })
}
