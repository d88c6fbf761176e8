import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

let emulator: Emulator
let cloudwatch: ReturnType<typeof clientsFor>['cloudwatch']

beforeAll(async () => {
  emulator = await startEmulator()
  cloudwatch = clientsFor(emulator).cloudwatch
})
afterAll(() => emulator.close())

const put = (AlarmName: string, Threshold = 1, client = cloudwatch) =>
  client.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: 'a' }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Tags: [{ Key: 'team', Value: 'a' }],
    }),
  )
const describeAlarms = (...AlarmNames: string[]) => cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))
const set = (AlarmName: string, StateValue: 'OK' | 'ALARM') =>
  cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }))

it('starts a new alarm as OK, or as it was told', async () => {
  await put('new')
  expect((await describeAlarms('new')).MetricAlarms).toMatchObject([
    {
      AlarmName: 'new',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:new',
      StateValue: 'OK',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: 'a' }],
      ActionsEnabled: true,
    },
  ])
  const real = await startEmulator({ alarmState: 'INSUFFICIENT_DATA' })
  const client = clientsFor(real).cloudwatch
  await put('new', 1, client)
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['new'] }))
  expect(MetricAlarms?.[0]?.StateValue).toBe('INSUFFICIENT_DATA')
  await real.close()
})

it('trips when told to, and keeps its state when it is configured again', async () => {
  await put('tripped')
  await set('tripped', 'ALARM')
  await put('tripped', 5)
  expect((await describeAlarms('tripped')).MetricAlarms).toMatchObject([
    { StateValue: 'ALARM', StateReason: 'a test', Threshold: 5 },
  ])
})

it('passes over names that have no alarm, of another account or region too', async () => {
  await put('here')
  const { MetricAlarms } = await describeAlarms('here', 'nowhere')
  expect(MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['here'])
  for (const other of [{ region: 'eu-west-1' }, { env: emulator.credentials({ account: '222222222222' }) }]) {
    const client = clientsFor(emulator, other).cloudwatch
    const found = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['here'] }))
    expect(found.MetricAlarms).toEqual([])
  }
})

it('lists by prefix and state, page by page', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) await put(name)
  await set('page-c', 'ALARM')
  const AlarmNamePrefix = 'page-'
  const list = (extra: object) => cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix, ...extra }))
  const first = await list({ MaxRecords: 2 })
  const second = await list({ MaxRecords: 2, NextToken: first.NextToken })
  const names = [...(first.MetricAlarms ?? []), ...(second.MetricAlarms ?? [])].map(alarm => alarm.AlarmName)
  expect([names, second.NextToken]).toEqual([['page-a', 'page-b', 'page-c'], undefined])
  const tripped = await list({ StateValue: 'ALARM' })
  expect(tripped.MetricAlarms?.map(alarm => alarm.AlarmName)).toEqual(['page-c'])
})

it('is asked for 100 names at most', async () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `many-${index}`)
  await describeAlarms(...names(100))
  expect((await refusal(describeAlarms(...names(101)))).status).toBe(400)
})

it('deletes all alarms of a request, or none when one does not exist', async () => {
  await put('kept')
  const remove = (...AlarmNames: string[]) => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames }))
  expect((await refusal(remove('kept', 'nowhere'))).status).toBe(404)
  expect((await describeAlarms('kept')).MetricAlarms).toHaveLength(1)
  await remove('kept')
  expect((await describeAlarms('kept')).MetricAlarms).toEqual([])
  expect((await refusal(set('kept', 'OK'))).name).toBe('ResourceNotFound')
})

it('keeps tags', async () => {
  await put('tagged')
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:tagged'
  await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'more', Value: 'b' }] }))
  await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['team'] }))
  const { Tags } = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))
  expect(Tags).toEqual([{ Key: 'more', Value: 'b' }])
})

it('logs an alarm by its name', async () => {
  emulator.clearRequests()
  await put('logged')
  await describeAlarms('logged', 'other')
  expect(
    emulator.requests().map(request => [request.service, request.operation, request.resource, request.write]),
  ).toEqual([
    ['cloudwatch', 'PutMetricAlarm', 'logged', true],
    ['cloudwatch', 'DescribeAlarms', 'logged,other', false],
  ])
})
