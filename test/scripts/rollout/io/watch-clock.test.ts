import { describe, expect, it, onTestFinished } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import type { Clock } from '../../../../scripts/base/clock.ts'
import type { RolloutTools } from '../../../../scripts/rollout/io/run.ts'
import { type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

/* The time of day that decides is AWS's; how long something took is counted, not read off a clock on the wall. */

const minuteMs = 60_000
const hourMs = 60 * minuteMs

async function world(): Promise<WatchedWorld> {
  const one = await watchedWorld('10%/3m, 100%/2m')
  onTestFinished(one.close)
  return one
}

describe('the clock of the machine', () => {
  let turns = 0
  const sign = () => (++turns % 2 === 0 ? 1 : -1)
  const clocks = {
    'seven hours behind': now => now - 7 * hourMs,
    'a day ahead': now => now + 24 * hourMs,
    'set back and forth all the time': now => now + sign() * 24 * hourMs,
  } satisfies Record<string, (now: number) => number>

  it.each(Object.entries(clocks))('may be %s', async (_, told) => {
    const one = await world()
    const begin = one.clock.now()
    const clock: Clock = { ...one.clock, date: () => new Date(told(one.clock.now())) }
    expect(await one.run({ clock })).toBe('moved')
    const end = one.clock.now()
    expect(end - begin).toBeGreaterThan(5 * minuteMs)
    const links = await one.ledger.links(one.rollout.target)
    const times = links.slice(1).map(({ entry }) => Date.parse(unwrap(entry).time))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    // AWS tells whole seconds.
    expect(times[0]).toBeGreaterThan(begin - 1000)
    expect(times.at(-1)).toBeLessThanOrEqual(end)
  })

  it('does not shorten or extend the wait for a version, whatever it is set to', async () => {
    const one = await world()
    let jumps = 0
    const clock: Clock = { ...one.clock, date: () => new Date(one.clock.now() + ++jumps * 24 * hourMs) }
    const movers: RolloutTools['movers'] = async kind => ({
      ...(await one.stand.tools().movers(kind)),
      ready: async () => ({ state: 'not yet' }),
    })
    const begin = one.clock.now()
    await expect(one.run({ clock, movers, waitMs: 5 * minuteMs })).rejects.toMatchObject({
      code: 'rollout-not-ready',
      cause: 'the rollout took longer than 300 s',
    })
    expect(one.clock.now() - begin).toBeGreaterThan(5 * minuteMs)
    expect(one.clock.now() - begin).toBeLessThan(6 * minuteMs)
  })
})

/** A laptop that sleeps once for so long in a phase. What it counts does not go on meanwhile. */
function suspended(one: WatchedWorld, ms: number): Clock {
  let lost = 0
  one.atSleep(9, () => {
    one.stand.emulator.advanceClock(ms)
    lost += ms
  })
  return { ...one.clock, now: () => one.clock.now() - lost }
}

describe('a machine that is suspended in a phase', () => {
  it('goes on where the phase may still be continued', async () => {
    const one = await world()
    expect(await one.run({ clock: suspended(one, 20 * minuteMs) })).toBe('moved')
    expect(await one.shares()).toEqual({ 2: 100 })
  })

  it('goes back where it wakes up too late', async () => {
    const one = await world()
    await expect(one.run({ clock: suspended(one, 8 * hourMs) })).rejects.toMatchObject({
      code: 'rollout-taken-back',
      message: expect.stringMatching(/^nobody continued the rollout of service-a-v1.1.0 to .* in time/),
      remedy: expect.stringContaining('The same deploy begins it again. First make resume'),
      cause: expect.stringContaining('nobody continued it in time'),
    })
    expect([await one.shares(), (await one.events()).at(-1)]).toEqual([{ 1: 100 }, 'rolled-back'])
  })
})
