import { expect, it, onTestFinished } from 'vitest'
import { guard } from '../../../../scripts/guardian/io/guard.ts'
import { endOfRollout, followRollout } from '../../../../scripts/rollout/detached/io/follow.ts'
import { recordedRun } from '../../../../scripts/rollout/detached/io/recorded.ts'
import type { Following } from '../../../../scripts/rollout/following/following.ts'
import { deadlinesOf } from '../../../support/guardian.ts'
import { deployGuardian } from '../../../support/guardian-here.ts'
import { type WatchedWorld, watchedWorld, who } from '../../../support/watched.ts'
import { watchedService } from '../../../support/watched-service.ts'

const minute = 60_000
const neverStopped = new AbortController().signal

type World = Pick<WatchedWorld, 'stand' | 'ledger' | 'rollout' | 'clock' | 'run' | 'events'>

/** A world whose guardian makes a step in each minute that goes by. */
async function stepped(one: World): Promise<{ step(): Promise<void> }> {
  const { tools } = await deployGuardian(one, { steps: 'guardian' })
  return { step: async () => void (await guard(tools, { steps: 'due' })) }
}

const shapes = {
  'a function': () => watchedWorld('10%/2m, 100%/1m', {}, { deadlines: deadlinesOf }),
  'a service': () => watchedService('25%/2m, 100%/1m', {}, { deadlines: deadlinesOf }),
} satisfies Record<string, () => Promise<World & { close(): Promise<void> }>>

it.each(Object.keys(shapes) as (keyof typeof shapes)[])(
  'a rollout of %s that is only begun is brought to its end by the guardian, while somebody follows it',
  async shape => {
    const one = await shapes[shape]()
    onTestFinished(one.close)
    const { step } = await stepped(one)
    expect(await one.run({ isDetached: true })).toBe('begun')
    const { target } = one.rollout
    const seen: Following[] = []
    let slept = 0
    const clock = {
      ...one.clock,
      async sleep(ms: number) {
        await one.clock.sleep(ms)
        slept += ms
        if (slept < minute) return
        slept = 0
        await step()
      },
    }
    const { movers, cloudwatch } = one.stand.tools({ clock: one.clock })
    const tools = {
      movers,
      cloudwatch,
      clock,
      signal: neverStopped,
      ledger: one.ledger,
      who,
      onStop: 'back',
    } as const
    const found = await recordedRun({ ...tools, follow: now => void seen.push(now) }, target)
    if (found === undefined) return expect.fail('nothing is under way')
    await followRollout(found.run)
    expect((await endOfRollout(one.ledger, target, found.started))?.event.type).toBe('verified')
    expect((await one.events()).filter(type => type !== 'completed')).toEqual([
      'repaired',
      'started',
      'shifted',
      'shifted',
      'verified',
    ])
    expect(seen.length).toBeGreaterThan(5)
    expect(await recordedRun({ ...tools, follow: () => undefined }, target)).toBeUndefined()
  },
)

it('begins nothing where something speaks against it', async () => {
  const one = await watchedWorld('10%/2m, 100%/1m', { alarms: ['none'] }, { deadlines: deadlinesOf })
  onTestFinished(one.close)
  await expect(one.run({ isDetached: true })).rejects.toThrow('did not begin')
  expect(await one.shares()).toEqual({ 1: 100 })
})
