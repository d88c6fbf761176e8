import type { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { pageOf } from '../protocol/json-input.ts'
import { AwsError } from '../protocol/protocol.ts'
import { readInput } from './input.ts'
import { getDataSchema, putDataSchema } from './metric-input.ts'
import { floor } from './metrics.ts'
import type { Query } from './queries.ts'
import { answerQuery, metricOf } from './queries.ts'
import type { CloudWatchState } from './state.ts'
import type { Point } from './statistics.ts'

const dayMs = 86_400_000

/** GetMetricData: every query that returns data has a result, with no values where there is no data. */
export function getMetricData(state: CloudWatchState, owner: Identity, input: unknown): object {
  const request = readInput(getDataSchema, input)
  const { MetricDataQueries: queries, ScanBy, NextToken, MaxDatapoints } = request
  const range = { from: startOf(state, request), to: request.EndTime * 1000 }
  const shown = queries.filter(({ ReturnData }) => ReturnData !== false)
  const points = shown.flatMap(query => {
    const ascending = answerQuery({ metrics: state.metrics, owner, range }, queries, query.Id)
    const inOrder = ScanBy === 'TimestampAscending' ? ascending : ascending.reverse()
    return inOrder.map(point => ({ query, point }))
  })
  const refuse = (message: string) => new AwsError('InvalidNextToken', 400, message)
  const { page, next } = pageOf(points, { token: NextToken, size: MaxDatapoints }, refuse)
  const last = page.at(-1)
  const left = last === undefined ? [] : points.slice(points.indexOf(last) + 1)
  const results = shown.map(query => {
    const ofQuery = (one: { query: Query }) => one.query === query
    return printResult(
      query,
      page.filter(ofQuery).map(({ point }) => point),
      left.some(ofQuery),
    )
  })
  return { MetricDataResults: results, Messages: [], ...(next === undefined ? {} : { NextToken: next }) }
}

/** PutMetricData. */
export function putMetricData({ metrics, clock }: CloudWatchState, owner: Identity, input: unknown): object {
  const now = clock.now() / 1000
  const { Namespace, MetricData } = readInput(putDataSchema(now), input)
  for (const datum of MetricData) {
    const metric = metricOf({ Namespace, ...datum })
    const { Timestamp = now, StorageResolution: resolution } = datum
    for (const [value, count] of valuesOf(datum)) {
      metrics.record(owner, metric, value, { at: Timestamp * 1000, count, resolution })
    }
  }
  return {}
}

type PutDatum = z.output<ReturnType<typeof putDataSchema>>['MetricData'][number]

function valuesOf({
  Value,
  Values = [],
  Counts,
  StatisticValues,
}: PutDatum): [value: number, count: number][] {
  if (Value !== undefined) return [[Value, 1]]
  if (!StatisticValues) return Values.map((value, index) => [value, Counts?.[index] ?? 1])
  // Values that give the four statistics: the extremes, and between them the mean of the rest.
  const { SampleCount: count, Sum, Minimum, Maximum } = StatisticValues
  if (count <= 1) return [[Sum, count]]
  const rest: [number, number][] = count > 2 ? [[(Sum - Minimum - Maximum) / (count - 2), count - 2]] : []
  return [[Minimum, 1], [Maximum, 1], ...rest]
}

/** Rounded as CloudWatch rounds it by its age (CloudWatch API reference, GetMetricData, StartTime). */
function startOf(
  { clock }: CloudWatchState,
  { StartTime, MetricDataQueries }: z.output<typeof getDataSchema>,
): number {
  const start = StartTime * 1000
  const age = clock.now() - start
  if (age > 63 * dayMs) return floor(start, 3_600_000)
  if (age > 15 * dayMs) return floor(start, 300_000)
  const shortest = Math.min(60, ...MetricDataQueries.map(({ MetricStat }) => MetricStat?.Period ?? 60))
  return floor(start, shortest * 1000)
}

function printResult({ Id, Label, MetricStat }: Query, points: Point[], isPartial: boolean): object {
  return {
    Id,
    Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
    Timestamps: points.map(({ at }) => at / 1000),
    Values: points.map(({ value }) => value),
    StatusCode: isPartial ? 'PartialData' : 'Complete',
  }
}
