import { expect, it } from 'vitest'
import { createQuotas } from './quotas.ts'

const account = '111111111111'
const region = 'us-east-1'

/** Quotas on a clock that stands still, and how many of some calls go through. */
function stopped(rates: Record<string, number>) {
  let time = 1000
  const quotas = createQuotas(rates, () => time)
  return {
    quotas,
    advance(milliseconds: number) {
      time += milliseconds
    },
    taken: (operation: string, calls: number) =>
      Array.from({ length: calls }, () => quotas(account, region, operation)).filter(Boolean).length,
  }
}

it('a second of calls goes through at once, and no more until time passes', () => {
  const { taken, advance } = stopped({ PutImage: 10 })
  expect(taken('PutImage', 20)).toBe(10)
  advance(99)
  expect(taken('PutImage', 1)).toBe(0)
  advance(1)
  expect(taken('PutImage', 2)).toBe(1)
})

it('at most a second of calls is saved', () => {
  const { taken, advance } = stopped({ PutImage: 10 })
  advance(60_000)
  expect(taken('PutImage', 20)).toBe(10)
})

it('each account, region and operation has its own quota, and others have none', () => {
  const { quotas, taken } = stopped({ PutImage: 1, ListImages: 1 })
  expect(taken('PutImage', 2)).toBe(1)
  expect(quotas('222222222222', region, 'PutImage')).toBe(true)
  expect(quotas(account, 'eu-central-1', 'PutImage')).toBe(true)
  expect(taken('ListImages', 2)).toBe(1)
  expect(taken('DescribeImages', 50)).toBe(50)
})
