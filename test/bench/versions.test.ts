import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../support/run.ts'
import { bench } from './bench.ts'
import { interleave } from './measure.ts'
import type { Row, Side } from './row.ts'
import { startRows } from './rows/start.ts'
import { thisVersion, type Version } from './versions.ts'

const chosen = { only: ['start'], runs: 1, isFull: false }
const elsewhere: Version = { name: 'v1.0.0', root: join(projectRoot, 'no-such-folder') }

it('a version is measured in every unit of a row, after what the row compares anyway', async () => {
  const took = (wallMs: number): Side['run'] => {
    return async () => ({ wallMs, cpuMs: wallMs, peakMb: 2 * wallMs })
  }
  const row: Row = {
    group: 'start',
    name: 'promotes',
    figures: [
      { unit: 'ms', against: 'other', target: { kind: 'ratio', most: 1 } },
      { unit: 'ms', against: 'another' },
      { unit: 'MB', target: { kind: 'value', most: 100 } },
    ],
    setup: async ({ versions }) => [
      ...versions.map(({ name }, at) => ({ name, isOptional: at > 0, run: took(10 + 10 * at) })),
      { name: 'other', run: took(40) },
    ],
  }
  const { lines } = await bench([row], { ...chosen, versions: [thisVersion, elsewhere] }, () => undefined)
  expect(lines.map(({ unit, against, ratio, isMet }) => [unit, against, ratio, isMet])).toEqual([
    ['ms', 'other', 0.25, true],
    ['MB', undefined, undefined, true],
    ['ms', 'v1.0.0', 0.5, undefined],
    ['MB', 'v1.0.0', 0.5, undefined],
  ])
})

it.each([
  [0, ['ours0', 'earlier0', 'ours1', 'ours2']],
  [2, ['ours0', 'earlier0', 'ours1', 'earlier1', 'ours2', 'earlier2']],
])('a side that may fail, and does so in turn %i, runs no more', async (bad, expected) => {
  const order: string[] = []
  const side = (name: string, failsIn?: number): Side => ({
    name,
    isOptional: failsIn !== undefined,
    async run(nth) {
      order.push(`${name}${nth}`)
      if (nth === failsIn) throw new Error('no luck')
      return { wallMs: nth, cpuMs: nth }
    },
  })
  const { measured, failed } = await interleave([side('ours'), side('earlier', bad)], 2, true)
  expect(order).toEqual(expected)
  expect(measured.map(({ name, usages }) => [name, usages.length])).toEqual([['ours', 2]])
  expect(failed).toEqual([{ name: 'earlier', error: new Error('no luck') }])
})

it('a version that cannot do what a row does is named, and the row goes on', async () => {
  const [row] = startRows as [Row]
  const report = await bench([row], { ...chosen, versions: [thisVersion, elsewhere] }, () => undefined)
  expect(report.lines).toEqual([expect.objectContaining({ runs: 1, against: 'node -e 0' })])
  expect(report.skipped).toEqual([
    {
      row: 'start: --help, started as make does',
      reason: 'not compared with v1.0.0: it has no scripts/promote.ts',
    },
  ])
})
