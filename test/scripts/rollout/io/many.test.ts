import { expect, it, onTestFinished } from 'vitest'
import { connectCloudWatch } from '../../../../scripts/aws/io/cloudwatch.ts'
import { attemptAsync, valueIn } from '../../../../scripts/base/attempt.ts'
import { connectMovers } from '../../../../scripts/kinds/io/movers.ts'
import type { FunctionApplied } from '../../../../scripts/kinds/lambda/applied.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { openJournal } from '../../../../scripts/rollout/io/journal.ts'
import { rollOut } from '../../../../scripts/rollout/io/roll-out.ts'
import type { Rollout } from '../../../../scripts/rollout/rollout.ts'
import { phasesIn } from '../../../../scripts/strategy/parse-strategy.ts'
import { settingsOf } from '../../../support/aws-settings.ts'
import { eventsOf, ledgersIn, makeLedgerBucket } from '../../../support/ledger.ts'
import { lockstep } from '../../../support/lockstep.ts'
import { everything } from '../../../support/sample.ts'
import { deploymentOf, verifyFirst, who } from '../../../support/watched.ts'
import { applyFunction } from '../../kinds/io/stands/functions.ts'
import { account, startStand } from '../../kinds/io/stands/stand.ts'

const services = everything ? 50 : 20
const lookMs = 15_000
const uncounted = ['GetFunction', 'Invoke']

it(`${services} rollouts at once keep to Lambda's 15 calls a second, and ask CloudWatch together`, async () => {
  const stand = await startStand()
  onTestFinished(stand.close)
  const { emulator } = stand
  await makeLedgerBucket(emulator, account)
  const time = lockstep(emulator.now(), ms => {
    emulator.advanceClock(ms)
    serve(time.clock.now(), ms)
  })
  const [ledger, rollouts] = await Promise.all([
    ledgersIn(emulator, account, undefined, time.workClock),
    Promise.all(Array.from({ length: services }, (_, index) => applied(`service-${index + 1}`))),
  ])
  const settings = settingsOf(emulator)
  const cloudwatch = time.counted(await connectCloudWatch(settings, time.gatherClock), { gathers: true })
  const mover = time.counted(await connectMovers(settings, time.workClock)('lambda-zip'))
  const runs = await Promise.all(
    rollouts.map(async rollout => {
      const { target } = rollout
      await verifyFirst(ledger, rollout)
      const [writer, deployment] = [await ledger.writer(target, who), deploymentOf(rollout)]
      const journal = time.counted(await openJournal({ ledger, writer, target, deployment, plan: undefined }))
      const tools = stand.tools({ clock: time.clock, journal })
      return { ...tools, movers: async () => mover, cloudwatch: async () => cloudwatch, waitMs: undefined }
    }),
  )

  const calls: { readonly service: string; readonly operation: string; readonly at: number }[] = []
  const action = ({ service, operation }: { service: string; operation: string }) =>
    void calls.push({ service, operation, at: time.clock.now() })
  const stopCounting = emulator.inject({ operation: () => true, kind: 'delay', delayMs: 0, action })
  const begin = time.clock.now()
  const ends = await time.until(
    Promise.all(rollouts.map((rollout, index) => attemptAsync(() => rollOut(runs[index] as never, rollout)))),
  )
  stopCounting()

  expect(ends.map(valueIn)).toEqual(rollouts.map(() => 'moved'))
  for (const { target } of rollouts)
    expect(await eventsOf(ledger, target)).toEqual([
      'repaired',
      'started',
      'shifted',
      'shifted',
      'completed',
      'verified',
    ])
  const controlling = calls.filter(
    ({ service, operation }) => service === 'lambda' && !uncounted.includes(operation),
  )
  const most = Math.max(
    ...controlling.map(({ at }) => controlling.filter(one => one.at >= at && one.at < at + 1000).length),
  )
  expect(most).toBeLessThanOrEqual(15)
  const looks = Math.ceil((time.clock.now() - begin) / lookMs)
  const asked = calls.filter(({ operation }) => operation === 'GetMetricData').length
  expect(asked).toBeGreaterThanOrEqual(8)
  // One for each look of them all, and more while their shifts, which have to wait for each other, are under way.
  expect(asked).toBeLessThanOrEqual(4 * looks)

  async function applied(service: string): Promise<Rollout> {
    const { rollout } = await applyFunction('lambda-zip')(stand)
    const plan = { ...rollout.plan, phases: phasesIn('10%/1m, 100%/1m') }
    return { ...rollout, target: { ...rollout.target, service: service as ServiceName }, plan }
  }

  /** Enough requests for both versions, whatever their shares are. */
  function serve(now: number, ms: number): void {
    if (Math.floor(now / lookMs) === Math.floor((now + ms) / lookMs)) return
    for (const rollout of rollouts)
      for (const ExecutedVersion of ['1', '2']) {
        const { functionName: FunctionName, live } = rollout.applied as FunctionApplied
        const dimensions = { FunctionName, Resource: `${FunctionName}:${live}`, ExecutedVersion }
        const [namespace, requests] = ['AWS/Lambda', { name: 'Invocations', value: 50 }]
        for (const one of [requests, { name: 'Errors', value: 0 }])
          emulator.recordMetric({ namespace, dimensions, ...one })
      }
  }
})
