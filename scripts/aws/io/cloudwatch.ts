import DataLoader from 'dataloader'
import type { Clock } from '../../base/clock.ts'
import type { AlarmState, Metric, PeriodSum } from '../metric.ts'
import { type AwsSettings, explainAws, incompleteAnswer, required } from './calls.ts'
import { openCloudWatch } from './clients.ts'

/** What Waybill reads of CloudWatch in an environment. Questions of several rollouts at once share a call. */
export type CloudWatch = {
  /** The state of an alarm. */
  alarm(name: string): Promise<AlarmState>
  /**
   * The sums of a metric from `since` up to `until`, which are times of AWS: one for each period that has any, of a minute
   * unless `minutes` says otherwise.
   */
  sums(metric: Metric, since: Date, until: Date, minutes?: number): Promise<PeriodSum[]>
}

// Amazon CloudWatch API reference: DescribeAlarms takes up to 100 names, GetMetricData up to 500 queries.
const mostNames = 100
const mostQueries = 500

// Rollouts that look at the same moment ask within a few calls of each other.
const rolloutsGatherMs = 200

type Connection = Awaited<ReturnType<typeof openCloudWatch>> & { readonly settings: AwsSettings }

/** Connects to CloudWatch in an environment. Questions of the same `gatherMs` are one call. */
export async function connectCloudWatch(
  settings: AwsSettings,
  clock: Clock,
  { gatherMs = rolloutsGatherMs }: { readonly gatherMs?: number } = {},
): Promise<CloudWatch> {
  const connection = { ...(await openCloudWatch(settings)), settings }
  const gather = {
    // What CloudWatch said a minute ago is no answer.
    cache: false,
    batchScheduleFn: (send: () => void) => void clock.sleep(gatherMs).then(send),
  }
  const alarms = new DataLoader((names: readonly string[]) => statesOf(connection, names), {
    ...gather,
    maxBatchSize: mostNames,
  })
  const sums = new DataLoader((asked: readonly Question[]) => sumsOf(connection, asked), {
    ...gather,
    maxBatchSize: mostQueries,
  })
  return {
    alarm: name => alarms.load(name),
    sums: (metric, since, until, minutes = 1) => sums.load({ metric, since, until, minutes }),
  }
}

async function statesOf(
  { sdk, client, settings }: Connection,
  names: readonly string[],
): Promise<AlarmState[]> {
  const states = new Map<string, AlarmState>()
  const ask = { AlarmNames: [...new Set(names)], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] as const }
  try {
    // With fewer than 100 names one page is all, but an answer may be paged at any size.
    const pages = sdk.paginateDescribeAlarms({ client }, { ...ask, AlarmTypes: [...ask.AlarmTypes] })
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      for (const { AlarmName, StateValue } of [...MetricAlarms, ...CompositeAlarms])
        states.set(required(AlarmName), stateOf(required(StateValue)))
  } catch (error) {
    throw explainAws(error, settings, 'read alarms of CloudWatch')
  }
  return names.map(name => states.get(name) ?? 'missing')
}

function stateOf(value: string): AlarmState {
  if (value === 'OK') return 'ok'
  return value === 'ALARM' ? 'ringing' : 'no data'
}

type Question = {
  readonly metric: Metric
  readonly since: Date
  readonly until: Date
  readonly minutes: number
}

/** All in one call, from the earliest of the times to the latest. */
async function sumsOf(
  { sdk, client, settings }: Connection,
  asked: readonly Question[],
): Promise<PeriodSum[][]> {
  const found = asked.map((): PeriodSum[] => [])
  const answered = new Set<number>()
  const since = Math.min(...asked.map(one => one.since.getTime()))
  const ask = {
    StartTime: new Date(since),
    EndTime: new Date(Math.max(...asked.map(one => one.until.getTime()))),
    MetricDataQueries: asked.map(queryFor),
  }
  try {
    for await (const { MetricDataResults } of sdk.paginateGetMetricData({ client }, ask))
      for (const { Id, StatusCode, Timestamps = [], Values = [] } of required(MetricDataResults)) {
        // Amazon CloudWatch API reference, MetricDataResult: PartialData goes on in a later page.
        if (StatusCode !== 'Complete' && StatusCode !== 'PartialData') throw incompleteAnswer()
        const index = Number(required(Id).slice(1))
        const { since, until } = required(asked[index])
        answered.add(index)
        for (const [place, at] of Timestamps.entries())
          if (at >= since && at < until) found[index]?.push({ at, sum: required(Values[place]) })
      }
    if (answered.size < asked.length) throw incompleteAnswer()
  } catch (error) {
    throw explainAws(error, settings, 'read metrics of CloudWatch')
  }
  return found
}

function queryFor({ metric: { namespace, name, dimensions }, minutes }: Question, index: number) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: name, Dimensions },
      Period: minutes * 60,
      Stat: 'Sum',
    },
  }
}
