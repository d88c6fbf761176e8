import { PutMetricAlarmCommand, type PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

const alarm = {
  AlarmName: 'alarm',
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
} as const
const without = (...names: (keyof typeof alarm)[]) => Object.fromEntries(names.map(name => [name, undefined]))
const dimensions = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Name: `dimension-${index}`, Value: 'a' }))
const single = ['Namespace', 'MetricName', 'Statistic', 'Period'] as const
const stat = { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors' }, Period: 60, Stat: 'Sum' }
const put = (change: object) =>
  clientsFor(emulator).cloudwatch.send(
    new PutMetricAlarmCommand({ ...alarm, ...change } as PutMetricAlarmInput),
  )

it('answers a member out of range before two that exclude each other, with its own code', async () => {
  const target = 'GraniteServiceVersion20100801.DescribeAlarms'
  const both = { AlarmNames: ['a'], AlarmNamePrefix: 'b' }
  const call = (input: object) => rawCalls(() => emulator).json('monitoring', target, input)
  expect(await call(both)).toMatchObject({ body: { __type: 'InvalidParameterCombinationException' } })
  expect(await call({ ...both, MaxRecords: 101 })).toMatchObject({
    body: {
      __type: 'ValidationException',
      message: expect.stringContaining("Value '101' at 'maxRecords' failed to satisfy constraint"),
    },
  })
})

it.each([
  ['a percentile', { ...without('Statistic'), ExtendedStatistic: 'p99.9' }],
  ['30 dimensions', { Dimensions: dimensions(30) }],
  [
    'an expression',
    {
      ...without(...single),
      Metrics: [
        { Id: 'rate', Expression: 'a / b' },
        { Id: 'a', MetricStat: stat, ReturnData: false },
      ],
    },
  ],
  [
    'a band',
    {
      ...without(...single, 'Threshold'),
      ComparisonOperator: 'GreaterThanUpperThreshold',
      ThresholdMetricId: 'band',
      Metrics: [
        { Id: 'a', MetricStat: stat },
        { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(a)' },
      ],
    },
  ],
])('takes an alarm on %s', async (_, change) => {
  await put(change)
})

it('refuses Statistic beside ExtendedStatistic', async () => {
  await expect(put({ ExtendedStatistic: 'p99' })).rejects.toMatchObject({
    name: expect.stringMatching(/^InvalidParameterCombination/),
    $metadata: { httpStatusCode: 400 },
  })
})

it.each([
  ['an unknown statistic', { Statistic: 'Median' }, "Value 'Median' at 'statistic'"],
  ['an invalid percentile', { ...without('Statistic'), ExtendedStatistic: 'p101' }, "at 'extendedStatistic'"],
  ['neither statistic', without('Statistic'), 'Exactly one of Statistic or ExtendedStatistic'],
  [
    'an unknown operator',
    { ComparisonOperator: 'Above' },
    'Member must satisfy enum value set: [GreaterThanOr',
  ],
  ['an unknown treatment of missing data', { TreatMissingData: 'fine' }, "at 'treatMissingData'"],
  [
    'an unknown treatment of few samples',
    { EvaluateLowSampleCountPercentile: 'x' },
    "at 'evaluateLowSampleCountPercentile'",
  ],
  ['an unknown unit', { Unit: 'Hours' }, "at 'unit'"],
  ['31 dimensions', { Dimensions: dimensions(31) }, 'must have length less than or equal to 30'],
  ['an empty dimension', { Dimensions: [{ Name: 'a', Value: '' }] }, "'dimensions.1.member.value'"],
  ['6 actions', { AlarmActions: Array(6).fill('arn:aws:sns:us-east-1:111111111111:a') }, "at 'alarmActions'"],
  ['a period of 45 seconds', { Period: 45 }, 'any multiple of 60'],
  ['more than a day', { Period: 60, EvaluationPeriods: 1441 }, 'EvaluationPeriods * Period must be <= 86400'],
  ['more datapoints than periods', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm must be less'],
  ['no period', without('Period'), 'Period must be specified'],
  ['no namespace', without('Namespace'), 'Namespace must be specified'],
  ['no metric', without('MetricName'), 'Exactly one element of metricName, metrics'],
  ['no threshold', without('Threshold'), 'Threshold must not be null'],
  [
    'a metric beside a list of them',
    { Metrics: [{ Id: 'a', MetricStat: stat }] },
    'should not be set if list of Metrics is set',
  ],
  [
    'two metrics that return data',
    {
      ...without(...single),
      Metrics: [
        { Id: 'a', MetricStat: stat },
        { Id: 'b', MetricStat: stat },
      ],
    },
    'should return data',
  ],
  [
    'an invalid id',
    { ...without(...single), Metrics: [{ Id: 'A', MetricStat: stat }] },
    'not matching the expected pattern',
  ],
  ['a name of 256 characters', { AlarmName: 'a'.repeat(256) }, "at 'alarmName'"],
])('refuses an alarm with %s', async (_, change, message) => {
  await expect(put(change)).rejects.toMatchObject({
    name: expect.stringMatching(/^Validation(Error|Exception)$/),
    message: expect.stringContaining(message),
    $metadata: { httpStatusCode: 400 },
  })
})

const ResourceARN = 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:alarm'

it.each([
  ['PutMetricAlarm', {}, 3],
  ['DeleteAlarms', {}, 1],
  ['SetAlarmState', {}, 3],
  ['TagResource', { ResourceARN }, 1],
  ['UntagResource', { ResourceARN }, 1],
  ['ListTagsForResource', {}, 1],
])('%s names each member that is missing from %j', async (operation, input, count) => {
  const target = `GraniteServiceVersion20100801.${operation}`
  const { status, body } = await rawCalls(() => emulator).json('monitoring', target, input)
  expect([status, body]).toMatchObject([400, { __type: 'ValidationException' }])
  expect(JSON.stringify(body).match(/Member must not be null/g)).toHaveLength(count)
})

it('takes no text for a number', async () => {
  const target = 'GraniteServiceVersion20100801.PutMetricAlarm'
  const answer = await rawCalls(() => emulator).json('monitoring', target, { ...alarm, Period: '60' })
  expect(answer).toMatchObject({ status: 400, body: { __type: 'SerializationException' } })
})
