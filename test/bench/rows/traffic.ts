import type { Clock } from '../../../scripts/base/clock.ts'
import type { LoggedRequest } from '../../emulator/emulator.ts'
import { deployedFunction, deployVersion, functionB, takeBack } from '../../support/rollback.ts'
import { makeAlarm, watchedWorld } from '../../support/watched.ts'
import type { Row, Usage } from '../row.ts'

/** How long bad code keeps its traffic. */
export const trafficRows: readonly Row[] = [
  {
    group: 'rollback',
    name: 'from the command to traffic back',
    figures: [{ unit: 'ms' }],
    mostRuns: 3,
    needs: ['terraform', 'git'],
    async setup({ onFinished }) {
      const world = await deployedFunction(['1.0.0'], onFinished)
      let version = 0
      return [
        {
          name: 'waybill',
          async run() {
            await deployVersion(world, functionB, `1.${++version}.0`)
            world.emulator.clearRequests()
            const begun = performance.now()
            const ended = takeBack(world, functionB, {}, { process: true })
            const back = await untilMoved(world.emulator.requests, begun, ended)
            await ended
            await world.waybill('resume', { ENV: 'staging', SERVICE: 'b', REASON: 'again' })
            return back
          },
        },
      ]
    },
  },
  {
    group: 'rollback',
    name: 'from an alarm to traffic back, of the time in AWS',
    figures: [{ unit: 'ms' }],
    mostRuns: 3,
    setup: async () => [{ name: 'waybill', run: fromAlarm }],
  },
]

/** Waits for the write that moves the alias. */
async function untilMoved(
  requests: () => readonly LoggedRequest[],
  begun: number,
  ended: Promise<unknown>,
): Promise<Usage> {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (!requests().some(({ operation }) => operation === 'UpdateAlias')) {
    if (isOver) throw new Error('the rollback moved no traffic')
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  return { wallMs: performance.now() - begun, cpuMs: Number.NaN }
}

/** Rings an alarm in a phase of half an hour, and counts the time that AWS's clock takes until the first version has all. */
async function fromAlarm(): Promise<Usage> {
  const one = await watchedWorld('10%/30m, 100%/10m', { alarms: ['orders'] })
  try {
    await makeAlarm(one, 'orders')
    let rang = Number.NaN
    let sleeps = 0
    const clock: Clock = {
      ...one.clock,
      async sleep(ms) {
        // Right after a look, which is the longest that an alarm can go unnoticed.
        if (ms >= 1000 && ++sleeps === 5) {
          rang = one.stand.emulator.now()
          one.stand.emulator.holdAlarm({ name: 'orders', hold: 'ALARM' })
        }
        await one.clock.sleep(ms)
      },
    }
    const end = await one.run({ clock }).catch(({ message }: Error) => message)
    const shares = await one.shares()
    if (shares['1'] !== 100) throw new Error(`${end}: ${JSON.stringify(shares)}`)
    return { wallMs: one.stand.emulator.now() - rang, cpuMs: Number.NaN }
  } finally {
    await one.close()
  }
}
