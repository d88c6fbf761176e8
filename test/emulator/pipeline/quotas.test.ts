import { expect, it } from 'vitest'
import type { ServiceName } from '../protocol/protocol.ts'
import { createQuotas, documentedQuotas } from './quotas.ts'

const caller = { account: '111111111111', region: 'us-east-1' }

/** Quotas on a clock that stands still, and how many of some calls go through. */
function stopped(rates: Record<string, number>) {
  let time = 1000
  const quotas = createQuotas(rates, () => time)
  return {
    quotas,
    advance(milliseconds: number) {
      time += milliseconds
    },
    taken: (operation: string, calls: number, service: ServiceName = 'ecr') =>
      Array.from({ length: calls }, () => quotas(caller, service, operation)).filter(Boolean).length,
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
  expect(quotas({ ...caller, account: '222222222222' }, 'ecr', 'PutImage')).toBe(true)
  expect(quotas({ ...caller, region: 'eu-central-1' }, 'ecr', 'PutImage')).toBe(true)
  expect(taken('ListImages', 2)).toBe(1)
  expect(taken('DescribeImages', 50)).toBe(50)
})

it("Lambda's control plane has one quota for all operations, beside which GetFunction and Invoke have their own", () => {
  const { taken } = stopped(documentedQuotas)
  expect(taken('GetAlias', 10, 'lambda')).toBe(10)
  expect(taken('UpdateAlias', 10, 'lambda')).toBe(5)
  expect(taken('TagResource', 1, 'lambda')).toBe(0)
  expect(taken('TagResource', 1, 'cloudwatch')).toBe(1)
  expect(taken('GetFunction', 200, 'lambda')).toBe(100)
  expect(taken('Invoke', 200, 'lambda')).toBe(200)
})

it('CloudWatch has quotas of its own for reading metrics and alarms', () => {
  const { taken } = stopped(documentedQuotas)
  expect(taken('GetMetricData', 100, 'cloudwatch')).toBe(50)
  expect(taken('DescribeAlarms', 100, 'cloudwatch')).toBe(9)
})
