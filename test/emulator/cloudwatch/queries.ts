import type { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import { compute } from './expression.ts'
import type { querySchema } from './metric-input.ts'
import type { Datum, Metric, Metrics, Owner } from './metrics.ts'
import type { Point, Range } from './statistics.ts'
import { isComputed, pointsIn } from './statistics.ts'

/** One query of GetMetricData or of an alarm: a metric, or an expression of other queries. */
export type Query = z.output<typeof querySchema>

type MetricStat = NonNullable<Query['MetricStat']>

/** Whose metrics are asked for, and of when. */
type Asked = { metrics: Metrics; owner: Owner; range: Range }

/** Answers a query by its id. What the emulator cannot compute is an error that says so. */
export function answerQuery(asked: Asked, queries: readonly Query[], id: string): Point[] {
  const subject = queries.find(({ Id }) => Id === id)?.Expression ?? id
  try {
    return answer(asked, queries, id, [])
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new AwsError('ValidationException', 400, `Error in expression '${subject}': ${cause.message}`)
  }
}

function answer(asked: Asked, queries: readonly Query[], id: string, above: readonly string[]): Point[] {
  const query = queries.find(({ Id }) => Id === id)
  if (!query) throw new SyntaxError(`there is no query with the id "${id}"`)
  if (above.includes(id)) throw new SyntaxError(`"${id}" refers to itself`)
  const { Expression, MetricStat } = query
  if (MetricStat) return measure(asked, MetricStat)
  const longest = Math.max(...queries.map(one => one.MetricStat?.Period ?? 1))
  return compute(Expression ?? '', {
    series: other => answer(asked, queries, other, [...above, id]),
    periods: periodsIn(asked.range, longest * 1000),
  })
}

/** The values of a query's metric; undefined for a metric that never had one. */
export function dataOf(metrics: Metrics, owner: Owner, { Metric }: MetricStat): readonly Datum[] | undefined {
  return metrics.find(owner, metricOf(Metric))
}

/** A metric as requests name it. */
export function metricOf({ Namespace = '', MetricName = '', Dimensions = [] }: MetricStat['Metric']): Metric {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))
  return { namespace: Namespace, name: MetricName, dimensions }
}

function measure({ metrics, owner, range }: Asked, asked: MetricStat): Point[] {
  if (!isComputed(asked.Stat)) throw new SyntaxError(`the emulator (not AWS) does not compute ${asked.Stat}`)
  return pointsIn(dataOf(metrics, owner, asked) ?? [], asked.Stat, range, asked.Period * 1000)
}

function periodsIn({ from, to }: Range, periodMs: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.ceil((to - from) / periodMs)) },
    (_, index) => from + index * periodMs,
  )
}
