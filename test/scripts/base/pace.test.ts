import { expect, it } from 'vitest'
import type { Clock } from '../../../scripts/base/clock.ts'
import { pace } from '../../../scripts/base/io/pace.ts'
import { systemClock } from '../../../scripts/cli/io/clock.ts'

/** A clock that stands still, and the pauses that were asked of it. */
function stoppedClock() {
  const pauses: number[] = []
  let time = 1000
  const clock: Clock = {
    ...systemClock,
    now: () => time,
    sleep: async milliseconds => void pauses.push(milliseconds),
  }
  return {
    clock,
    pauses,
    advance(milliseconds: number) {
      time += milliseconds
    },
  }
}

it('calls at the same time start one after another, slightly slower than the quota allows', async () => {
  const { clock, pauses } = stoppedClock()
  const turn = pace(clock, 10)
  await Promise.all(Array.from({ length: 100 }, turn))
  expect(pauses).toHaveLength(99)
  const gaps = pauses.map((pause, index) => pause - (pauses[index - 1] ?? 0))
  for (const gap of gaps) expect(gap).toBeCloseTo(100 / 0.95, 6)
})

it('some calls start at once after a pause, and no second has more than the quota', async () => {
  const { clock, pauses, advance } = stoppedClock()
  const turn = pace(clock, 15, 5)
  for (const _ of [1, 2]) {
    pauses.length = 0
    await Promise.all(Array.from({ length: 60 }, turn))
    expect(pauses.filter(pause => pause > 1)).toHaveLength(55)
    const starts = [...Array.from({ length: 60 - pauses.length }, () => 0), ...pauses]
    for (const start of starts)
      expect(starts.filter(one => one >= start && one < start + 1000).length).toBeLessThanOrEqual(15)
    advance(60_000)
  }
})

it('a call that comes later than its turn does not wait, and saves no time for the next', async () => {
  const { clock, pauses, advance } = stoppedClock()
  const turn = pace(clock, 10)
  await turn()
  advance(5000)
  await turn()
  expect(pauses).toEqual([])
  advance(5)
  await turn()
  expect(pauses).toEqual([expect.closeTo(100 / 0.95 - 5, 6)])
})
