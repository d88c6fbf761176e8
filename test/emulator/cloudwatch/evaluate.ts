import { noteTurn } from './history.ts'
import type { Rule } from './judge-alarm.ts'
import { judge, periodsLookedAt } from './judge-alarm.ts'
import type { Metrics, Owner } from './metrics.ts'
import { floor } from './metrics.ts'
import type { Query } from './queries.ts'
import { answerQuery, dataOf } from './queries.ts'
import type { Alarm, CloudWatchState } from './state.ts'
import { isComputed } from './statistics.ts'

type Configuration = Alarm['configuration']

/**
 * Brings an alarm up to date by the emulator's clock: once for each minute that is over, over the periods before it.
 * It stays as it is while a test holds it, and where there is nothing to go by: its metrics never had any data, or it is
 * one that the emulator cannot evaluate.
 */
export function refresh(cloudwatch: CloudWatchState, alarm: Alarm): void {
  const { metrics, clock } = cloudwatch
  const queries = queriesOf(alarm.configuration)
  const periods = queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 1)
  const periodMs = Math.max(...periods) * 1000
  const to = floor(clock.now(), Math.min(60_000, periodMs))
  if (alarm.isHeld || to <= alarm.evaluatedTo || !canEvaluate(alarm, queries, metrics)) return
  alarm.evaluatedTo = to
  const rule = ruleOf(alarm.configuration)
  const starts = Array.from({ length: periodsLookedAt(rule) }, (_, index) => to - (index + 1) * periodMs)
  const range = { from: starts.at(-1) ?? to, to }
  const points = answerQuery({ metrics, owner: alarm.owner, range }, queries, shownBy(queries))
  const values = new Map(points.map(({ at, value }) => [at, value]))
  const newestFirst = starts.map(at => values.get(at))
  const state = judge(rule, newestFirst) ?? alarm.state
  const { state: before } = alarm
  if (state === before) return
  Object.assign(alarm, {
    state,
    reason: reasonFor(alarm.configuration, rule, newestFirst),
    updatedAt: clock.now(),
    transitionedAt: clock.now(),
  })
  noteTurn(cloudwatch, alarm, before)
}

/** From when on an alarm is evaluated that was told a state now: CloudWatch keeps it until it looks again. */
export function nextEvaluation(now: number): number {
  return floor(now, 60_000)
}

function canEvaluate({ owner }: Alarm, queries: readonly Query[], metrics: Metrics): boolean {
  const measured = queries.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat] : []))
  const hasData = measured.some(one => hasAny(metrics, owner, one))
  return hasData && measured.every(({ Stat }) => isComputed(Stat)) && queries.every(isComparable)
}

const hasAny = (metrics: Metrics, owner: Owner, asked: NonNullable<Query['MetricStat']>) =>
  (dataOf(metrics, owner, asked)?.length ?? 0) > 0

/** A band is computed from weeks of data, and Metrics Insights from a query language: neither is known here. */
const isComparable = ({ Expression }: Query) =>
  !/^\s*(?:ANOMALY_DETECTION_BAND|SELECT)\b/.test(Expression ?? '')

/** The queries of an alarm; one on a single metric is a query of that. */
function queriesOf(configuration: Configuration): readonly Query[] {
  const { Metrics: several, Dimensions, Period = 60, Statistic, ExtendedStatistic } = configuration
  if (several) return several
  const { Namespace = '', MetricName = '' } = configuration
  const Stat = Statistic ?? ExtendedStatistic ?? 'Sum'
  return [{ Id: 'only', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat } }]
}

const shownBy = (queries: readonly Query[]) =>
  queries.find(({ ReturnData }) => ReturnData !== false)?.Id ?? ''

function ruleOf(configuration: Configuration): Rule {
  const {
    EvaluationPeriods,
    DatapointsToAlarm,
    Threshold = 0,
    ComparisonOperator,
    TreatMissingData,
  } = configuration
  return {
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods,
    breaches: value => operators[ComparisonOperator]?.compare(value, Threshold) ?? false,
    missing: TreatMissingData ?? 'missing',
  }
}

type Operator = { words: string; compare: (value: number, threshold: number) => boolean }

const operators: Partial<Record<Configuration['ComparisonOperator'], Operator>> = {
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', compare: (a, b) => a >= b },
  GreaterThanThreshold: { words: 'greater than', compare: (a, b) => a > b },
  LessThanThreshold: { words: 'less than', compare: (a, b) => a < b },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', compare: (a, b) => a <= b },
}

function reasonFor(
  { ComparisonOperator, Threshold }: Configuration,
  { evaluationPeriods, breaches }: Rule,
  newestFirst: readonly (number | undefined)[],
): string {
  const real = newestFirst.filter(value => value !== undefined).slice(0, evaluationPeriods)
  if (real.length === 0)
    return `Threshold Crossed: no datapoints were received for ${evaluationPeriods} periods.`
  const crossed = real.filter(breaches)
  const words = operators[ComparisonOperator]?.words ?? ''
  return `Threshold Crossed: ${crossed.length} out of the last ${real.length} datapoints [${real.join(', ')}] was ${words} the threshold (${Threshold}).`
}
