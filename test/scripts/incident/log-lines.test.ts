import { expect, it } from 'vitest'
import { backwards, daysOf, halves, isOfEveryCall } from '../../../scripts/incident/log-lines.ts'

it.each([0, 1, 9_999, 10_000, 10_001, 3_600_000, 3 * 24 * 3_600_000])(
  'a time of %i ms is looked through from its end, with no gap and nothing twice',
  span => {
    const to = new Date('2026-01-02T03:04:05.678Z')
    const from = new Date(to.getTime() - span)
    const parts = [...backwards({ from, to })]
    expect(parts[0]?.to).toEqual(to)
    expect(parts.at(-1)?.from).toEqual(from)
    for (const [index, { from: start }] of parts.entries())
      expect(parts[index + 1]?.to.getTime() ?? start.getTime() - 1).toBe(start.getTime() - 1)
    expect(parts.length).toBeLessThan(10)
  },
)

it('a busy part is halved until it is too short', () => {
  const at = (ms: number) => new Date(ms)
  expect(halves({ from: at(1000), to: at(2001) })).toEqual({
    earlier: { from: at(1000), to: at(1500) },
    later: { from: at(1501), to: at(2001) },
  })
  expect(halves({ from: at(1000), to: at(1999) })).toBeUndefined()
})

it('the days of a time are those that the names of streams have', () => {
  const window = { from: new Date('2026-01-30T23:59:59Z'), to: new Date('2026-02-01T00:00:00Z') }
  expect(daysOf(window)).toEqual(['2026/01/30', '2026/01/31', '2026/02/01'])
})

it.each([
  ['START RequestId: 50664659 Version: 2', true],
  ['END RequestId: 50664659', true],
  ['REPORT RequestId: 50664659\tDuration: 0.44 ms\tBilled Duration: 1 ms', true],
  ['REPORT RequestId: 50664659\tDuration: 3000.00 ms\tStatus: timeout', false],
  ['INIT_START Runtime Version: nodejs:24.v1', true],
  ['{"time":"2026-01-02T03:04:05Z","type":"platform.start","record":{}}', true],
  ['{"type":"platform.report","record":{"status":"success"}}', true],
  ['{"type":"platform.report","record":{"status":"timeout"}}', false],
  ['2026-01-02T03:04:05Z 50664659 Task timed out after 3.00 seconds', false],
  ['START of the day', false],
  ['{"level":"ERROR","message":"no such order"}', false],
  ['{"level":"ERROR","message":{"type":"platform.order"}}', false],
])('%s: of every call: %s', (line, expected) => {
  expect(isOfEveryCall(line)).toBe(expected)
})
