import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudWatch, connectCloudWatch } from '../../../../scripts/aws/io/cloudwatch.ts'
import type { Metric } from '../../../../scripts/aws/metric.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts'
import { settingsOf } from '../../../support/aws-settings.ts'

const minute = 60_000
let emulator: Emulator
let cloudwatch: CloudWatch
/** A whole minute, an hour ago. */
let start: number

beforeAll(async () => {
  emulator = await startEmulator()
  cloudwatch = await connectCloudWatch(settingsOf(emulator), systemClock)
  start = Math.floor(emulator.now() / minute - 60) * minute
})
afterAll(() => emulator.close())

const at = (minutes: number) => new Date(start + minutes * minute)
const metric = (name: string): Metric => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: 'f' },
})

const onErrors = {
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
} as const

describe('alarms', () => {
  it('are ok, ringing, without data, or missing, 100 in a call', async () => {
    const { cloudwatch: client } = clientsFor(emulator)
    for (const [AlarmName, hold] of [
      ['ringing', 'ALARM'],
      ['fine', 'OK'],
      ['unsure', 'INSUFFICIENT_DATA'],
    ] as const) {
      await client.send(new PutMetricAlarmCommand({ AlarmName, ...onErrors }))
      emulator.holdAlarm({ name: AlarmName, hold })
    }
    const others = Array.from({ length: 120 }, (_, index) => `other-${index}`)
    emulator.clearRequests()
    const states = await Promise.all(['ringing', ...others, 'fine', 'unsure', 'fine'].map(cloudwatch.alarm))
    expect(states).toEqual(['ringing', ...others.map(() => 'missing'), 'ok', 'no data', 'ok'])
    expect(emulator.requests().map(({ operation }) => operation)).toEqual([
      'DescribeAlarms',
      'DescribeAlarms',
    ])
  })

  it('that nobody may read are an error, never an answer', async () => {
    const clear = emulator.inject({ operation: 'DescribeAlarms', kind: 'access-denied' })
    await expect(cloudwatch.alarm('ringing')).rejects.toThrow('cannot read alarms of CloudWatch')
    clear()
  })
})

describe('sums', () => {
  it('are of whole minutes, each in its own time, all in one call', async () => {
    for (const [minutes, value] of [
      [0, 1],
      [1, 2],
      [1.5, 4],
      [4, 8],
    ] as const)
      emulator.recordMetric({ ...metric('Errors'), value, at: start + minutes * minute })
    emulator.recordMetric({ ...metric('Invocations'), value: 16, at: start + 2 * minute })
    emulator.clearRequests()
    const sums = await Promise.all([
      cloudwatch.sums(metric('Errors'), at(0), at(10)),
      cloudwatch.sums(metric('Errors'), at(1), at(4)),
      cloudwatch.sums(metric('Invocations'), at(2), at(4)),
      cloudwatch.sums(metric('Never'), at(0), at(10)),
    ])
    expect(sums.map(found => found.map(({ at, sum }) => [(at.getTime() - start) / minute, sum]))).toEqual([
      expect.arrayContaining([
        [0, 1],
        [1, 6],
        [4, 8],
      ]),
      [[1, 6]],
      [[2, 16]],
      [],
    ])
    expect(emulator.requests().map(({ operation }) => operation)).toEqual(['GetMetricData'])
  })

  it('are of longer periods where that is asked for', async () => {
    const hour = new Date(Math.floor(start / (60 * minute)) * 60 * minute)
    const later = new Date(hour.getTime() + 60 * minute)
    for (const minutes of [0, 30, 59, 61])
      emulator.recordMetric({ ...metric('Throttles'), value: 1, at: hour.getTime() + minutes * minute })
    const until = new Date(later.getTime() + 60 * minute)
    const sums = await cloudwatch.sums(metric('Throttles'), hour, until, 60)
    expect(sums.toSorted((a, b) => a.at.getTime() - b.at.getTime())).toEqual([
      { at: hour, sum: 3 },
      { at: later, sum: 1 },
    ])
  })

  it.each(['truncated-200', 'empty-200'] as const)('of an answer that is %s are an error', async kind => {
    const clear = emulator.inject({ operation: 'GetMetricData', kind })
    await expect(cloudwatch.sums(metric('Errors'), at(0), at(10))).rejects.toThrow(
      'cannot read metrics of CloudWatch',
    )
    clear()
  })
})
