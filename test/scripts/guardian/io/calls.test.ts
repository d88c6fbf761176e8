import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../../scripts/base/clock.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { RolloutTools } from '../../../../scripts/rollout/io/run.ts'
import type { Rollout, RolloutResult } from '../../../../scripts/rollout/rollout.ts'
import { deadlinesOf } from '../../../support/guardian.ts'
import { deployGuardian } from '../../../support/guardian-here.ts'
import { watchedWorld } from '../../../support/watched.ts'
import { watchedService } from '../../../support/watched-service.ts'
import { account, region, type Stand } from '../../kinds/io/stands/stand.ts'

/* What a guardian asks AWS between an alarm and the write that sends the traffic back. */

type World = {
  readonly stand: Stand
  readonly ledger: Ledger
  readonly rollout: Rollout
  readonly clock: Clock
  run(more: Partial<RolloutTools>): Promise<RolloutResult>
  close(): Promise<void>
}

const strategy = '25%/2m, 100%/3m'
const kinds = {
  'a function': {
    make: async (): Promise<World> => await watchedWorld(strategy, {}, { deadlines: deadlinesOf }),
    alarm: 'service-a-staging-errors',
    cluster: undefined,
    look: 'GetAlias',
    midway: 'UpdateAlias',
    verified: 'UpdateAlias',
  },
  'a service': {
    make: async (): Promise<World> => await watchedService(strategy, {}, { deadlines: deadlinesOf }),
    alarm: 'service-a-staging-5xx',
    cluster: 'watched',
    look: 'DescribeServices',
    midway: 'StopServiceDeployment',
    verified: 'UpdateService',
  },
} as const

/** Runs the rollout until an entry of some type is the newest one and it sleeps, and never on: as after a kill. */
async function runUntil(one: World, type: string): Promise<void> {
  const died = Promise.withResolvers<void>()
  const clock: Clock = {
    ...one.clock,
    async sleep(ms) {
      await one.clock.sleep(ms)
      const { entry } = await one.ledger.head(one.rollout.target)
      if (ms < 1000 || entry?.event.type !== type) return
      died.resolve()
      await new Promise<never>(() => undefined)
    },
  }
  await Promise.race([died.promise, one.run({ clock })])
  expect((await one.ledger.head(one.rollout.target)).entry?.event.type).toBe(type)
}

describe.each(Object.entries(kinds))('from an alarm of %s to its traffic back', (_, kind) => {
  it.for([
    ['in a phase', 'shifted', 'midway'],
    ['with all traffic', 'completed', 'midway'],
    ['just verified', 'verified', 'verified'],
  ] as const)('are three calls: %s', async ([, type, write], { onTestFinished }) => {
    const one = await kind.make()
    onTestFinished(one.close)
    const { emulator } = one.stand
    const guardian = await deployGuardian(one, { cluster: kind.cluster })
    await runUntil(one, type)
    emulator.clearRequests()
    const alarmData = { alarmName: kind.alarm, state: { value: 'ALARM' } }
    const call = { source: 'aws.cloudwatch', accountId: account, region, alarmData }
    expect(await guardian.call(call)).toMatchObject({ did: 'back' })
    const asked = emulator.requests().map(({ operation }) => operation)
    expect(asked.slice(0, 2).toSorted()).toEqual([kind.look, 'ListObjectsV2'].toSorted())
    expect(asked[2]).toBe(kind[write])
    const { state } = await one.ledger.head(one.rollout.target)
    expect(state.open?.type).not.toBe('rollout')
    expect(state.hold).not.toBeNull()
  })
})
