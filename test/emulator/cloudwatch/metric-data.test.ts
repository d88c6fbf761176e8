import type { GetMetricDataCommandInput, MetricDatum } from '@aws-sdk/client-cloudwatch'
import { GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { refusedWith } from '../refused-with.ts'

const minute = 60_000
const Namespace = 'Test'
let emulator: Emulator
let cloudwatch: ReturnType<typeof clientsFor>['cloudwatch']
/** A whole minute, an hour ago. */
let start: number

beforeAll(async () => {
  emulator = await startEmulator()
  cloudwatch = clientsFor(emulator).cloudwatch
  start = Math.floor(emulator.now() / minute - 60) * minute
})
afterAll(() => emulator.close())

const at = (minutes: number) => new Date(start + minutes * minute)
const put = (MetricName: string, ...data: Omit<MetricDatum, 'MetricName'>[]) =>
  cloudwatch.send(
    new PutMetricDataCommand({ Namespace, MetricData: data.map(datum => ({ MetricName, ...datum })) }),
  )
const query = (MetricName: string, Stat = 'Sum', Period = 60) => ({
  Id: MetricName.toLowerCase(),
  MetricStat: { Metric: { Namespace, MetricName }, Period, Stat },
})
const get = (change: Partial<GetMetricDataCommandInput>) =>
  cloudwatch.send(
    new GetMetricDataCommand({ MetricDataQueries: [], StartTime: at(0), EndTime: at(10), ...change }),
  )

describe('GetMetricData', () => {
  it('answers what PutMetricData put, newest first, without points where there is no data', async () => {
    await put('Seen', { Value: 1, Timestamp: at(0) }, { Value: 2, Timestamp: at(0.5) })
    await put('Seen', { Value: 4, Timestamp: at(3) }, { Value: 8, Timestamp: at(10) })
    const { MetricDataResults } = await get({ MetricDataQueries: [query('Seen'), query('Never')] })
    expect(MetricDataResults).toEqual([
      { Id: 'seen', Label: 'Seen', Timestamps: [at(3), at(0)], Values: [4, 3], StatusCode: 'Complete' },
      { Id: 'never', Label: 'Never', Timestamps: [], Values: [], StatusCode: 'Complete' },
    ])
  })

  it('answers oldest first when told, by longer periods, and begins with a whole minute', async () => {
    await put(
      'Long',
      { Value: 1, Timestamp: at(0) },
      { Value: 2, Timestamp: at(4) },
      { Value: 4, Timestamp: at(5) },
    )
    const request = { ScanBy: 'TimestampAscending', StartTime: new Date(start + 30_000) } as const
    const { MetricDataResults } = await get({
      ...request,
      MetricDataQueries: [query('Long', 'Maximum', 300)],
    })
    expect(MetricDataResults).toMatchObject([{ Timestamps: [at(0), at(5)], Values: [2, 4] }])
  })

  it('takes values with counts and sets of statistics', async () => {
    await put('Many', { Values: [1, 3], Counts: [9, 1], Timestamp: at(0) })
    const StatisticValues = { SampleCount: 4, Sum: 20, Minimum: 2, Maximum: 10 }
    await put('Many', { StatisticValues, Timestamp: at(1) })
    const stats = ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average', 'p90']
    const MetricDataQueries = stats.map((stat, index) => ({ ...query('Many', stat), Id: `q${index}` }))
    const { MetricDataResults = [] } = await get({ ScanBy: 'TimestampAscending', MetricDataQueries })
    expect(MetricDataResults.map(({ Values }) => Values)).toEqual([
      [10, 4],
      [12, 20],
      [1, 2],
      [3, 10],
      [1.2, 5],
      [1, 10],
    ])
  })

  it('keeps seconds where the resolution is high', async () => {
    const Timestamp = new Date(start + 10_500)
    await put('Fine', { Value: 1, Timestamp, StorageResolution: 1 })
    const { MetricDataResults } = await get({ MetricDataQueries: [query('Fine', 'Sum', 10)] })
    expect(MetricDataResults).toMatchObject([{ Timestamps: [new Date(start + 10_000)], Values: [1] }])
  })

  it('computes an expression of queries, and shows what returns data', async () => {
    await put('Errors', { Value: 1, Timestamp: at(0) })
    await put('Requests', { Value: 4, Timestamp: at(0) }, { Value: 4, Timestamp: at(1) })
    const { MetricDataResults } = await get({
      MetricDataQueries: [
        { Id: 'rate', Expression: '100 * FILL(errors, 0) / requests', Label: 'Error rate' },
        { ...query('Errors'), ReturnData: false },
        { ...query('Requests'), ReturnData: false },
      ],
    })
    expect(MetricDataResults).toMatchObject([
      { Id: 'rate', Label: 'Error rate', Timestamps: [at(1), at(0)], Values: [0, 25] },
    ])
  })

  it('pages by data points, and says which results go on', async () => {
    for (const name of ['One', 'Two'])
      await put(name, ...[0, 1].map(minutes => ({ Value: 1, Timestamp: at(minutes) })))
    const request = { MetricDataQueries: [query('One'), query('Two')], MaxDatapoints: 3 }
    const first = await get(request)
    expect(first.MetricDataResults).toMatchObject([
      { Timestamps: [at(1), at(0)], StatusCode: 'Complete' },
      { Timestamps: [at(1)], StatusCode: 'PartialData' },
    ])
    const second = await get({ ...request, NextToken: first.NextToken })
    expect(second.NextToken).toBeUndefined()
    expect(second.MetricDataResults).toMatchObject([
      { Timestamps: [], StatusCode: 'Complete' },
      { Timestamps: [at(0)], StatusCode: 'Complete' },
    ])
    await expect(get({ ...request, NextToken: '!' })).rejects.toMatchObject({ name: 'InvalidNextToken' })
  })

  it('takes 500 queries', async () => {
    const queries = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...query('Many'), Id: `q${index}` }))
    expect((await get({ MetricDataQueries: queries(500) })).MetricDataResults).toHaveLength(500)
    await expect(get({ MetricDataQueries: queries(501) })).rejects.toMatchObject(
      refusedWith('ValidationException', 'must not have a size greater than 500'),
    )
  })

  it('knows nothing of another account or region', async () => {
    await put('Mine', { Value: 1, Timestamp: at(0) })
    for (const other of [
      { region: 'eu-west-1' },
      { env: emulator.credentials({ account: '222222222222' }) },
    ]) {
      const asked = { MetricDataQueries: [query('Mine')], StartTime: at(0), EndTime: at(10) }
      const found = await clientsFor(emulator, other).cloudwatch.send(new GetMetricDataCommand(asked))
      expect(found.MetricDataResults).toMatchObject([{ Values: [] }])
    }
  })

  it.each<[string, () => Partial<GetMetricDataCommandInput>, string]>([
    ['an end before its start', () => ({ EndTime: at(0) }), 'StartTime must be less than'],
    ['a period of 90 seconds', () => ({ MetricDataQueries: [query('A', 'Sum', 90)] }), 'multiple of 60'],
    ['an unknown statistic', () => ({ MetricDataQueries: [query('A', 'Median')] }), 'Median'],
    [
      'a trimmed mean, which the emulator does not know',
      () => ({ MetricDataQueries: [query('A', 'tm90')] }),
      'tm90',
    ],
    ['two queries with one id', () => ({ MetricDataQueries: [query('A'), query('A')] }), 'must be unique'],
    ['too many data points a page', () => ({ MaxDatapoints: 100_801 }), 'at most 100800'],
    ['a query of nothing', () => ({ MetricDataQueries: [{ Id: 'a' }] }), 'Exactly one of'],
    [
      'an expression of itself',
      () => ({ MetricDataQueries: [{ Id: 'a', Expression: 'a + 1' }] }),
      'refers to itself',
    ],
    [
      'an expression of nobody',
      () => ({ MetricDataQueries: [{ Id: 'a', Expression: 'b' }] }),
      'no query with the id "b"',
    ],
  ])('refuses %s', async (_, change, message) => {
    await expect(get(change())).rejects.toMatchObject(refusedWith('ValidationException', message))
  })
})

describe('PutMetricData', () => {
  it('takes what the SDK compresses', async () => {
    const MetricData = Array.from({ length: 1000 }, () => ({
      MetricName: 'Large',
      Value: 1,
      Timestamp: at(0),
    }))
    await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }))
    const { MetricDataResults } = await get({ MetricDataQueries: [query('Large')] })
    expect(MetricDataResults).toMatchObject([{ Values: [1000] }])
  })

  it.each<[string, string, () => Omit<MetricDatum, 'MetricName'>, string]>([
    [
      'no value',
      'InvalidParameterCombination',
      () => ({}),
      'At least one of the parameters MetricData.member.1.Value',
    ],
    [
      'two kinds of value',
      'InvalidParameterCombination',
      () => ({ Value: 1, Values: [1] }),
      'exclude each other',
    ],
    [
      'values without all counts',
      'InvalidParameterCombination',
      () => ({ Values: [1, 2], Counts: [1] }),
      'the same size',
    ],
    [
      'a time of last month',
      'InvalidParameterValue',
      () => ({ Value: 1, Timestamp: at(-15 * 1440) }),
      'two weeks',
    ],
    [
      'a time of tomorrow',
      'InvalidParameterValue',
      () => ({ Value: 1, Timestamp: at(24 * 60) }),
      'two hours',
    ],
  ])('refuses %s', async (_, name, datum, message) => {
    await expect(put('Bad', datum())).rejects.toMatchObject({
      name: expect.stringMatching(`^${name}`),
      message: expect.stringContaining(message),
    })
  })

  it("refuses AWS's own namespaces, which a test fills by other means", async () => {
    const MetricData = [{ MetricName: 'Errors', Value: 1 }]
    const call = cloudwatch.send(new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData }))
    await expect(call).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameterValue/),
      message: 'The value AWS/ for parameter Namespace is invalid.',
    })
    emulator.recordMetric({ namespace: 'AWS/Lambda', name: 'Errors', value: 3, at: start })
    const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors' }
    const MetricDataQueries = [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }]
    expect((await get({ MetricDataQueries })).MetricDataResults).toMatchObject([{ Values: [3] }])
  })
})
