import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import {
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

const minute = 60_000
const namespace = 'AWS/Lambda'
const dimensions = { FunctionName: 'a' }
let emulator: Emulator
let cloudwatch: ReturnType<typeof clientsFor>['cloudwatch']
let name: string
let count = 0

beforeAll(async () => {
  emulator = await startEmulator()
  cloudwatch = clientsFor(emulator).cloudwatch
})
afterAll(() => emulator.close())

// Each test has a metric of its own, and begins at the start of a minute, so that none runs across its end.
beforeEach(() => {
  count += 1
  name = `metric-${count}`
  nextMinute()
})

function nextMinute(): void {
  emulator.advanceClock(minute - (emulator.now() % minute))
}

const put = (change: Partial<PutMetricAlarmCommandInput> = {}) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: namespace,
      MetricName: name,
      Dimensions: [{ Name: 'FunctionName', Value: 'a' }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ...change,
    }),
  )
const record = (...values: number[]) => {
  for (const value of values) emulator.recordMetric({ namespace, name, dimensions, value })
}

async function alarm() {
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))
  return MetricAlarms?.[0]
}

const state = async () => (await alarm())?.StateValue

it('rings once the minute in which its metric breached is over, says why and since when, and ends later', async () => {
  await put()
  record(1, 1)
  expect(await state()).toBe('OK')
  nextMinute()
  expect(await alarm()).toMatchObject({
    StateValue: 'ALARM',
    StateReason:
      'Threshold Crossed: 1 out of the last 1 datapoints [2] was greater than or equal to the threshold (2).',
  })
  const since = (await alarm())?.StateTransitionedTimestamp?.getTime() ?? 0
  expect(Math.abs(since - emulator.now())).toBeLessThan(minute)
  record(0)
  nextMinute()
  expect(await state()).toBe('OK')
})

it('takes quiet minutes for good ones once no data is left to look at', async () => {
  await put()
  record(2)
  nextMinute()
  expect(await state()).toBe('ALARM')
  emulator.advanceClock(3 * minute)
  expect(await state()).toBe('OK')
})

it.each([
  ['GreaterThanThreshold', [2], [3]],
  ['LessThanThreshold', [2], [1]],
  ['LessThanOrEqualToThreshold', [3], [2]],
] as const)('rings by %s', async (ComparisonOperator, good, bad) => {
  await put({ ComparisonOperator })
  record(...good)
  nextMinute()
  expect(await state()).toBe('OK')
  record(...bad)
  nextMinute()
  expect(await state()).toBe('ALARM')
})

it('rings by a percentile, over several minutes, of which some may be good', async () => {
  const change = { EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 100 }
  await put({ ...change, Statistic: undefined, ExtendedStatistic: 'p99' })
  for (const [value, expected] of [
    [200, 'OK'],
    [50, 'OK'],
    [200, 'ALARM'],
  ] as const) {
    record(value)
    nextMinute()
    expect(await state()).toBe(expected)
  }
})

it('goes by several minutes together', async () => {
  await put({ Period: 120 })
  record(1)
  nextMinute()
  record(1)
  nextMinute()
  expect(await state()).toBe('ALARM')
})

it('sums what its expression says', async () => {
  const metric = (MetricName: string) => ({
    MetricStat: { Metric: { Namespace: namespace, MetricName }, Period: 60, Stat: 'Sum' },
    ReturnData: false,
  })
  const single = ['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Period']
  await put({
    ...Object.fromEntries(single.map(member => [member, undefined])),
    Metrics: [
      { Id: 'm1', ...metric(`${name}-a`) },
      { Id: 'm2', ...metric(`${name}-b`) },
      { Id: 'all', Expression: 'FILL(m1, 0) + FILL(m2, 0)' },
    ],
  })
  emulator.recordMetric({ namespace, name: `${name}-a`, value: 1, count: 2 })
  nextMinute()
  expect(await state()).toBe('ALARM')
})

it('keeps the state that SetAlarmState gave it until its next evaluation, where there is data', async () => {
  await put()
  record(0)
  nextMinute()
  expect(await state()).toBe('OK')
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: name, StateValue: 'ALARM', StateReason: 'a test' }),
  )
  expect(await state()).toBe('ALARM')
  nextMinute()
  expect(await state()).toBe('OK')
})

it('keeps it for good where there never was any', async () => {
  await put()
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: name, StateValue: 'ALARM', StateReason: 'a test' }),
  )
  emulator.advanceClock(10 * minute)
  expect(await state()).toBe('ALARM')
})

it('is held by a test, and follows its metric again', async () => {
  await put()
  record(0)
  emulator.holdAlarm({ name, hold: 'ALARM' })
  nextMinute()
  expect(await alarm()).toMatchObject({ StateValue: 'ALARM', StateReason: 'Held by a test' })
  emulator.holdAlarm({ name })
  nextMinute()
  expect(await state()).toBe('OK')
})

it('leaves alone what it cannot evaluate', async () => {
  await put({ Statistic: undefined, ExtendedStatistic: 'tm90', Threshold: 0 })
  record(5)
  nextMinute()
  expect(await state()).toBe('OK')
})

it('finds by its state what rings now', async () => {
  await put()
  record(2)
  nextMinute()
  const asked = { AlarmNamePrefix: name, StateValue: 'ALARM' } as const
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand(asked))
  expect(MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual([name])
})
