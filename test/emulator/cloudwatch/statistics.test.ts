import { expect, it } from 'vitest'
import { compute } from './expression.ts'
import { pointsIn } from './statistics.ts'

const minute = 60_000
const range = { from: 0, to: 3 * minute }
const data = [
  { at: 0, value: 1, count: 98 },
  { at: 0, value: 10, count: 1 },
  { at: 0, value: 20, count: 1 },
  { at: 2 * minute, value: 5, count: 1 },
  { at: 3 * minute, value: 7, count: 1 },
]

it.each([
  ['SampleCount', 100],
  ['Sum', 128],
  ['Average', 1.28],
  ['Minimum', 1],
  ['Maximum', 20],
  ['p50', 1],
  ['p99', 10],
  ['p99.9', 20],
  ['p100', 20],
  ['p0', 1],
])('%s of a period is computed from its values, and a period without any has no point', (stat, value) => {
  const last = stat === 'SampleCount' ? 1 : 5
  expect(pointsIn(data, stat, range, minute)).toEqual([
    { at: 0, value },
    { at: 2 * minute, value: last },
  ])
})

it('a longer period is one point of all its values, and a range ends before its end', () => {
  expect(pointsIn(data, 'Sum', range, 5 * minute)).toEqual([{ at: 0, value: 133 }])
})

const series: Record<string, { at: number; value: number }[]> = {
  errors: [
    { at: 0, value: 1 },
    { at: minute, value: 0 },
  ],
  requests: [
    { at: 0, value: 4 },
    { at: minute, value: 0 },
    { at: 2 * minute, value: 6 },
  ],
  none: [],
}

function valuesOf(expression: string) {
  const inputs = {
    series: (id: string) => {
      const found = series[id]
      if (!found) throw new SyntaxError(`there is no ${id}`)
      return found
    },
    periods: [0, minute, 2 * minute],
  }
  return Object.fromEntries(compute(expression, inputs).map(({ at, value }) => [at / minute, value]))
}

it.each<[string, Record<number, number>]>([
  ['errors', { 0: 1, 1: 0 }],
  ['errors + requests', { 0: 5, 1: 0 }],
  ['100 * errors / requests', { 0: 25 }],
  ['1 + 2 * requests', { 0: 9, 1: 1, 2: 13 }],
  ['(1 + 2) * requests', { 0: 12, 1: 0, 2: 18 }],
  ['requests - errors - 1', { 0: 2, 1: -1 }],
  ['-errors', { 0: -1, 1: 0 }],
  ['FILL(errors, 0.5)', { 0: 1, 1: 0, 2: 0.5 }],
  ['FILL(errors, 0) + FILL(none, 0)', { 0: 1, 1: 0, 2: 0 }],
  ['MAX([FILL(errors, 0), requests])', { 0: 4, 1: 0, 2: 6 }],
  ['MIN([errors, requests])', { 0: 1, 1: 0, 2: 6 }],
  ['SUM([errors, requests, none])', { 0: 5, 1: 0, 2: 6 }],
  ['AVG([errors, requests])', { 0: 2.5, 1: 0, 2: 6 }],
  ['none', {}],
])('computes %s', (expression, expected) => {
  const zeros = Object.entries(valuesOf(expression)).map(([at, value]) => [at, value + 0])
  expect(Object.fromEntries(zeros)).toEqual(expected)
})

it.each([
  ['errors +', 'ends too soon'],
  ['(errors', '")" is missing'],
  ['errors requests', 'unexpected "requests"'],
  ['errors ? requests', 'unexpected "?"'],
  ['RATE(errors)', 'does not compute this RATE'],
  ['MAX(errors)', 'does not compute this MAX'],
  ['FILL(errors, REPEAT)', 'there is no REPEAT'],
  ['[errors] + 1', 'a list cannot be an operand'],
  ['1 + 1', 'not a time series'],
  ['nobody', 'there is no nobody'],
])('refuses %s', (expression, message) => {
  expect(() => valuesOf(expression)).toThrow(
    expect.objectContaining({ name: 'SyntaxError', message: expect.stringContaining(message) }),
  )
})
