import { describe, expect, it } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import type { RolloutResult } from '../../../../scripts/rollout/rollout.ts'
import { effects, type Kind } from '../../../matrix/expected.ts'
import { sample } from '../../../support/sample.ts'
import { type WatchedService, watchedService } from '../../../support/watched-service.ts'

const writes = ['UpdateService', 'ContinueServiceDeployment', 'StopServiceDeployment'] as const
const looks = [
  'DescribeServices',
  'DescribeServiceDeployments',
  'DescribeServiceRevisions',
  'DescribeRules',
] as const
const kinds = (Object.keys(effects) as Kind[]).filter(kind => !kind.startsWith('timeout'))
const struck = [...writes, ...looks].flatMap(operation =>
  kinds.flatMap(kind => ([1, 6] as const).map(times => ({ operation, kind, times }))),
)
const chosen = sample(
  'faults of watched rollouts of services',
  struck,
  ({ operation, kind, times }) =>
    times === 1 && kind === (operation.startsWith('Describe') ? 'empty-200' : 'reset-after'),
  (_, index) => index % 12 === 0,
)

const endOf = (run: Promise<RolloutResult>): Promise<RolloutResult | UserError> =>
  run.catch((error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))))

/** The traffic is whole, where the ledger says that it is. */
async function expectEnded(one: WatchedService): Promise<void> {
  const events = await one.events()
  const isVerified = events.at(-1) === 'verified'
  expect(['verified', 'rolled-back']).toContain(events.at(-1))
  expect(await one.weights()).toEqual(isVerified ? [0, 100] : [100, 0])
  const { taskDefinition, deployments } = await one.service()
  expect(taskDefinition).toBe(isVerified ? one.rollout.applied.revision : one.first)
  expect(deployments).toMatchObject([{ rolloutState: 'COMPLETED' }])
  const phases = events.filter(event => event === 'shifted').length
  if (isVerified && !events.includes('rolled-back')) expect(phases).toBe(3)
}

describe.concurrent('a rollout of a service whose request fails', () => {
  it.for(chosen)(
    '$operation: $kind, $times times',
    async ({ operation, kind, times }, { onTestFinished }) => {
      const one = await watchedService('25%/2m, 50%/1m, 100%/1m')
      onTestFinished(one.close)
      // Only one that goes back stops a deployment.
      if (operation === 'StopServiceDeployment') one.traffic.fails = { [one.rollout.applied.revision]: 0.9 }
      // What a revision is, is asked only when the deployment has begun; the others at every look.
      const skip = operation === 'DescribeServiceRevisions' ? 1 : operation.startsWith('Describe') ? 12 : 0
      const isAsked = ({ resource, ...asked }: { operation: string; resource: string }) =>
        asked.operation === operation && !/:listener\//.test(resource)
      let failed = 0
      const action = () => void failed++
      const clear = one.stand.emulator.inject({ operation: isAsked, kind, times, skip, action })
      const end = await endOf(one.run())
      clear()
      expect(failed).toBeGreaterThan(0)
      if (end instanceof UserError) {
        await one.resume()
        one.traffic.fails = {}
        await endOf(one.run())
      }
      await expectEnded(one)
    },
  )
})
