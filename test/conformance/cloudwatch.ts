import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import { CreateAliasCommand } from '@aws-sdk/client-lambda'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { invoke } from './lambda-invocations.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const service = 'cloudwatch'
const reference = (operation: string, section: string) =>
  `Amazon CloudWatch API Reference, ${operation}, ${section}`
const minute = 60_000
// A metric of AWS's own arrives some minutes after what it measures.
const pauseMs = 20_000
const longestMs = 500_000

/** What watching a rollout rests on. */
export const cloudwatchExpectations: Expectation[] = [
  {
    title: 'a metric that does not exist has a result without values, and all 500 queries of a call have one',
    row: 'cloudwatch-metrics',
    service,
    source: reference('GetMetricData', 'MetricDataQueries and MetricDataResults'),
    run: async target => {
      const MetricDataQueries = queries(target, 500)
      const { MetricDataResults = [] } = await getData(target, { MetricDataQueries })
      expect(MetricDataResults).toHaveLength(500)
      expect(MetricDataResults[499]).toMatchObject({ Id: 'q499', Values: [], StatusCode: 'Complete' })
      expect(await refused(getData(target, { MetricDataQueries: queries(target, 501) }))).toMatchObject({
        name: expect.stringMatching(/^Validation(Error|Exception)$/),
        status: 400,
      })
    },
  },
  {
    title: 'values come back by period, newest first, and page by data points',
    row: 'cloudwatch-metrics',
    service,
    needs: 'custom metrics',
    source: reference('GetMetricData', 'ScanBy, MaxDatapoints and NextToken; PutMetricData, MetricData'),
    run: async target => {
      const Namespace = target.names.namespace
      const start = Math.floor(Date.now() / minute - 10) * minute
      const MetricData = [0, 0, 2].map((minutes, index) => ({
        MetricName: 'Requests',
        Value: 2 ** index,
        Timestamp: new Date(start + minutes * minute),
      }))
      await target.cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }))
      const MetricStat = { Metric: { Namespace, MetricName: 'Requests' }, Period: 60, Stat: 'Sum' }
      const asked = {
        MetricDataQueries: [{ Id: 'a', MetricStat }],
        StartTime: new Date(start),
        EndTime: new Date(start + 5 * minute),
        MaxDatapoints: 1,
      }
      const first = await getData(target, asked)
      expect(first.MetricDataResults).toMatchObject([{ Values: [4], StatusCode: 'PartialData' }])
      const second = await getData(target, { ...asked, NextToken: first.NextToken })
      expect(second.MetricDataResults).toMatchObject([{ Values: [3], StatusCode: 'Complete' }])
    },
  },
  {
    title: 'DescribeAlarms passes over a name without an alarm, and takes 100 of them',
    row: 'cloudwatch-alarms',
    service,
    source: reference('DescribeAlarms', 'AlarmNames'),
    run: async ({ cloudwatch, names }) => {
      const described = (count: number) => {
        const AlarmNames = Array.from({ length: count }, (_, index) => `${names.nothing}-${index}`)
        return cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))
      }
      expect((await described(100)).MetricAlarms).toEqual([])
      expect(await refused(described(101))).toMatchObject({ status: 400 })
    },
  },
  {
    title:
      'invocations and errors are counted by the version that an alias ran, errors as 0 too, and an alarm rings by them',
    row: 'lambda-metrics',
    service,
    source:
      'AWS Lambda Developer Guide, Viewing metrics for Lambda functions and Types of metrics; Amazon CloudWatch User Guide, Alarm evaluation',
    run: async target => {
      const FunctionName = await target.lambdaFunction()
      const Resource = `${FunctionName}:measured`
      const alias = { FunctionName, Name: 'measured', FunctionVersion: '1' }
      await target.lambda.send(new CreateAliasCommand(alias))
      await putErrorAlarm(target, { FunctionName, Resource })
      for (const act of ['throw', 'none', 'none']) await invoke(target, { act }, { Qualifier: 'measured' })
      const ofVersion = { FunctionName, Resource, ExecutedVersion: '1' }
      await eventually(target, async () => {
        const invocations = await total(target, 'Invocations', 'Sum', ofVersion)
        const errors = await total(target, 'Errors', 'Sum', ofVersion)
        const counted = await total(target, 'Errors', 'SampleCount', ofVersion)
        return invocations === 3 && errors === 1 && counted === 3
      })
      expect(await total(target, 'Invocations', 'Sum', { ...ofVersion, ExecutedVersion: '2' })).toBe(0)
      await eventually(target, async () => {
        const AlarmNames = [target.names.alarm]
        const { MetricAlarms } = await target.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))
        return MetricAlarms?.[0]?.StateValue === 'ALARM'
      })
    },
  },
]

function queries({ names }: Target, count: number) {
  const Metric = { Namespace: names.namespace, MetricName: 'None' }
  return Array.from({ length: count }, (_, index) => ({
    Id: `q${index}`,
    MetricStat: { Metric, Period: 60, Stat: 'Sum' },
  }))
}

function getData(target: Target, change: Partial<GetMetricDataCommandInput>) {
  const times = { StartTime: new Date(Date.now() - 60 * minute), EndTime: new Date(Date.now() + 60 * minute) }
  return target.cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries: [], ...times, ...change }))
}

/** The statistic of a metric of Lambda over the last minutes together; 0 without data. */
export async function total(
  target: Target,
  MetricName: string,
  Stat: string,
  dimensions: Record<string, string>,
): Promise<number> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
  const MetricStat = { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat }
  const { MetricDataResults } = await getData(target, { MetricDataQueries: [{ Id: 'a', MetricStat }] })
  return (MetricDataResults?.[0]?.Values ?? []).reduce((sum, value) => sum + value, 0)
}

async function putErrorAlarm({ cloudwatch, names }: Target, dimensions: Record<string, string>) {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: names.alarm,
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    }),
  )
}

/** Waits until something is so, on the emulator by its clock. */
export async function eventually(target: Target, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited <= longestMs; waited += pauseMs) {
    if (await isSo()) return
    await target.pass(pauseMs)
  }
  throw new Error(`it was not so within ${longestMs / 1000} s`)
}
