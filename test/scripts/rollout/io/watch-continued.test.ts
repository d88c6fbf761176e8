import { CreateAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import type { FunctionApplied } from '../../../../scripts/kinds/lambda/applied.ts'
import { killAt, makeAlarm, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

/** A service that is older than its ledger, so only its second alias says what was verified. */
async function worldOf(strategy: string, verified: '1' | '2'): Promise<WatchedWorld> {
  const one = await watchedWorld(strategy, { alarms: ['orders'] }, { isUnrecorded: true })
  onTestFinished(one.close)
  await makeAlarm(one, 'orders')
  const { functionName: FunctionName, stable: Name } = one.rollout.applied as FunctionApplied
  await one.stand.clients.lambda.send(
    new CreateAliasCommand({ FunctionName, Name, FunctionVersion: verified }),
  )
  return one
}

describe.each(['100%/5m', '10%/2m, 100%/5m'])(
  '%s, killed in its last phase without a ledger before,',
  strategy => {
    it('is watched to the end of its bake time', async () => {
      const one = await worldOf(strategy, '1')
      await killAt(one, 100)
      const begin = one.clock.now()
      expect(await one.run()).toBe('moved')
      expect(one.clock.now() - begin).toBeGreaterThan(4 * 60_000)
      expect((await one.events()).filter(event => event === 'verified')).toHaveLength(1)
      expect([await one.shares(), await one.run()]).toEqual([{ 2: 100 }, 'already done'])
    })

    it('goes back to what the platform knows to have run well', async () => {
      const one = await worldOf(strategy, '1')
      await killAt(one, 100)
      one.atSleep(2, () => one.stand.emulator.holdAlarm({ name: 'orders', hold: 'ALARM' }))
      const error = await one.run().catch((error: unknown) => error)
      expect(error).toBeInstanceOf(UserError)
      expect(error).toMatchObject({
        code: 'rollout-taken-back',
        cause: expect.stringContaining('orders rings'),
      })
      expect([await one.shares(), (await one.events()).at(-1)]).toEqual([{ 1: 100 }, 'rolled-back'])
    })
  },
)

it('a first deployment is not watched: it has all traffic from its creation on', async () => {
  const one = await worldOf('10%/2m, 100%/10m', '2')
  const { functionName: FunctionName, live } = one.rollout.applied as FunctionApplied
  await one.stand.clients.lambda.send(
    new UpdateAliasCommand({ FunctionName, Name: live, FunctionVersion: '2' }),
  )
  expect(await one.run()).toBe('already done')
  expect(await one.events()).toEqual(['started', 'completed', 'verified'])
})
