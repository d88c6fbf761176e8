import { expect, it } from 'vitest'
import { bench } from './bench.ts'
import { interleave } from './measure.ts'
import type { Row, Side } from './row.ts'
import { startRows } from './rows/start.ts'
import { thisVersion } from './versions.ts'

const usage = { wallMs: 1, cpuMs: 1 }

it('sides run in turn, and the first turn is not counted', async () => {
  const order: string[] = []
  const side = (name: string): Side => ({
    name,
    async run(nth) {
      order.push(`${name}${nth}`)
      return { ...usage, wallMs: nth }
    },
  })
  const { measured } = await interleave([side('a'), side('b')], 2, true)
  expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
  expect(measured.map(({ usages }) => usages.map(({ wallMs }) => wallMs))).toEqual([
    [1, 2],
    [1, 2],
  ])
})

it('a real command is measured beside Node, and a row that cannot be is named', async () => {
  const base = { group: 'start', figures: [] } as const
  const others: Row[] = [
    { ...base, name: 'lacks', needs: ['no-such-program'], setup: async () => [] },
    { ...base, name: 'breaks', setup: () => Promise.reject(new Error('no\nluck')) },
    { ...base, name: 'lasts', isLong: true, setup: async () => [] },
    { ...base, group: 'else', name: 'not chosen', setup: async () => [] },
  ]
  const chosen = { only: ['start'], runs: 1, isFull: false, versions: [thisVersion] }
  const report = await bench([...startRows.slice(0, 1), ...others], chosen, () => undefined)
  expect(report.lines).toEqual([
    expect.objectContaining({ row: '--help, started as make does', runs: 1, against: 'node -e 0' }),
  ])
  expect(report.lines[0]?.ours.median).toBeGreaterThan(0)
  expect(report.lines[0]?.theirs?.median).toBeGreaterThan(0)
  expect(report.skipped).toEqual([
    { row: 'start: lacks', reason: 'no-such-program is not installed' },
    { row: 'start: breaks', reason: 'no luck' },
    { row: 'start: lasts', reason: 'takes minutes: FULL=1' },
  ])
})
