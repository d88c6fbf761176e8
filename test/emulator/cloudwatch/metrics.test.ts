import { expect, it } from 'vitest'
import { createMetrics } from './metrics.ts'

const owner = { account: '111111111111', region: 'us-east-1' }
const noon = Date.UTC(2026, 0, 1, 12)
const clock = { now: () => noon + 30_500, advance: () => {} }
const requests = { namespace: 'Test', name: 'Requests', dimensions: { A: '1', B: '2' } }

it('keeps the minute of a value, or its second, and counts like values together', () => {
  const { record, find } = createMetrics(clock)
  for (const value of [1, 0, 1]) record(owner, requests, value)
  record(owner, requests, 1, { at: noon + 61_000, count: 3 })
  record(owner, requests, 1, { at: noon + 61_900, resolution: 1 })
  expect(find(owner, requests)).toEqual([
    { at: noon, value: 1, count: 2 },
    { at: noon, value: 0, count: 1 },
    { at: noon + 60_000, value: 1, count: 3 },
    { at: noon + 61_000, value: 1, count: 1 },
  ])
})

it('finds a metric by its dimensions in any order, and neither with fewer of them nor of another owner', () => {
  const { record, find } = createMetrics(clock)
  record(owner, requests, 1)
  expect(find(owner, { ...requests, dimensions: { B: '2', A: '1' } })).toHaveLength(1)
  expect(find(owner, { ...requests, dimensions: { A: '1' } })).toBeUndefined()
  expect(find({ ...owner, region: 'eu-west-1' }, requests)).toBeUndefined()
  expect(find({ ...owner, account: '222222222222' }, requests)).toBeUndefined()
})
