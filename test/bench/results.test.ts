import { describe, expect, it } from 'vitest'
import { page } from './page.ts'
import { curvesOf, plot } from './plot.ts'
import type { Figure, Target, Usage } from './row.ts'
import { groups } from './rows/all.ts'
import { readSettings } from './settings.ts'
import { linesOf, summarize } from './statistics.ts'
import { cellsOf } from './table.ts'

const took = (...walls: number[]): Usage[] =>
  walls.map(wallMs => ({ wallMs, cpuMs: wallMs / 2, peakMb: 100 }))

function lines(figures: Figure[], ours = took(300, 100, 200), theirs = took(100, 100, 400)) {
  const row = { group: 'start', name: '--help', grows: { curve: 'promote', size: 10 }, figures }
  return linesOf(row, [
    { name: 'waybill', usages: ours },
    { name: 'other', usages: theirs },
  ])
}

it.each([
  [[5], { median: 5, spread: 0 }],
  [[3, 1, 2], { median: 2, spread: 0.25 }],
  [[4, 1, 3, 2], { median: 2.5, spread: 0.3 }],
  [[0, 0], { median: 0, spread: 0 }],
])('%j are summarized as %j', (values, expected) => {
  expect(summarize(values)).toEqual(expected)
})

describe('a line', () => {
  const target = (kind: Target['kind'], most: number): Target => ({ kind, most })

  it.each([
    [target('ratio', 2), true],
    [target('ratio', 1.9), false],
    [target('more', 100), true],
    [target('more', 99), false],
    [target('value', 200), true],
    [target('value', 199), false],
  ])('with the target %j: met is %s', (target, isMet) => {
    expect(lines([{ unit: 'ms', against: 'other', target }])[0]).toMatchObject({ ratio: 2, isMet })
  })

  it('has the medians of both sides, each with its spread', () => {
    const [line] = lines([{ unit: 'CPU ms', against: 'other', target: target('ratio', 2.5) }])
    expect(line && cellsOf(line)).toEqual([
      ...['start', '--help', '100 ms CPU ± 25 %', 'other', '50 ms CPU ± 75 %', '2.00 ×', '≤ 2.5 ×', 'met'],
    ])
  })

  it('is left out where the other side could not be measured', () => {
    expect(lines([{ unit: 'ms', against: 'skopeo' }])).toEqual([])
  })
})

describe('the plot', () => {
  const sized = (size: number, unit: Figure['unit'] = 'ms') =>
    lines([{ unit }]).map(line => ({ ...line, grows: { curve: 'a < b', size } }))

  it('has a curve of seconds for what was measured at two sizes', () => {
    expect(curvesOf([...sized(100), ...sized(10), ...sized(10, 'MB')])).toEqual([
      {
        name: 'a < b',
        points: [
          { x: 10, y: 0.2 },
          { x: 100, y: 0.2 },
        ],
      },
    ])
  })

  it('is an SVG without a number that is none', () => {
    const drawn = plot([...sized(10), ...sized(500_000)]) ?? ''
    expect(drawn).toMatch(/^<svg .*<\/svg>\n$/s)
    expect(drawn).toContain('a &lt; b')
    expect(drawn).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('is left out where nothing grows', () => {
    expect(plot(sized(10))).toBeUndefined()
  })
})

it('the page says on which machine, and what was left out', () => {
  const skipped = [{ row: 'plan', reason: 'terraform is not installed' }]
  const machine = { machine: '2 × CPU', versions: { node: 'v24.1.0' } }
  const text = page({ date: '2026-01-02', ...machine, lines: lines([{ unit: 'ms' }]), skipped }, true)
  expect(text).toContain('2026-01-02, on 2 × CPU: node 24.1.0. At most 3 runs each')
  expect(text).toContain('| start | --help | 200 ms ± 25 % |')
  expect(text).toContain('- plan: terraform is not installed')
  expect(text).toContain('](benchmarks.svg)')
})

describe('settings', () => {
  it('are nine runs of every row by default', () => {
    const all = { only: groups, runs: 9, isFull: false, isJson: false, writes: false }
    expect(readSettings({}, groups)).toEqual(all)
    expect(readSettings({ ONLY: 'start', RUNS: '3', JSON: '1' }, groups)).toEqual({
      ...all,
      ...{ only: ['start'], runs: 3, isJson: true },
    })
    expect(readSettings({ AGAINST: 'v1.0.0' }, groups)).toEqual({ ...all, against: 'v1.0.0' })
  })

  it.each([
    [{ ONLY: 'start,nothing' }, /^ONLY names no rows: "nothing"\. There are start, /],
    [{ RUNS: '0' }, /^RUNS must be a number from 1 to 99, not "0"/],
    [{ RUNS: '1.5' }, /^RUNS/],
    [{ FULL: 'yes' }, /^FULL can only be 1, not "yes"/],
  ])('%j is refused', (env, fault) => {
    expect(readSettings(env, groups)).toEqual({ fault: expect.stringMatching(fault) })
  })
})
