import { CloudwatchMetricAlarm } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'

type Dimensions = Readonly<Record<string, string>>

/** The metric and limit of an alarm. */
export type AlarmProps = {
  /** The name in AWS. */
  readonly name: string
  readonly description: string
  readonly namespace: string
  readonly metric: string
  /** `Sum`, `Average`, or a percentile such as `p99`. */
  readonly statistic: string
  /** The alarm goes off at this value, in the metric's unit. */
  readonly threshold: number
  /** How many minutes in a row the value must reach the threshold. */
  readonly minutes: number
  /** What is called when it begins to ring. */
  readonly actions: readonly string[]
  /** With several sets of dimensions, the alarm uses the sum of the counts or the worst of the percentiles. */
  readonly dimensions: readonly [Dimensions, ...Dimensions[]]
}

const period = 60

/** An alarm on a service. A minute without data counts as good, since nobody called. */
export function alarm(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold: props.threshold,
    evaluationPeriods: props.minutes,
    treatMissingData: 'notBreaching',
    ...(props.actions.length === 0 ? {} : { alarmActions: [...props.actions] }),
    ...(props.dimensions.length === 1 ? oneMetric(props) : severalMetrics(props)),
  })
}

function oneMetric({ namespace, metric, statistic, dimensions: [dimensions] }: AlarmProps) {
  const percentile = statistic.startsWith('p')
  return {
    namespace,
    metricName: metric,
    period,
    dimensions,
    ...(percentile ? { extendedStatistic: statistic } : { statistic }),
  }
}

function severalMetrics({ namespace, metric, statistic, dimensions: all }: AlarmProps) {
  const metrics = all.map((dimensions, index) => ({
    id: `m${index + 1}`,
    returnData: false,
    metric: { namespace, metricName: metric, stat: statistic, period, dimensions },
  }))
  // A target group without requests has no data, and without FILL it would hide the data of the other one.
  const filled = metrics.map(({ id }) => `FILL(${id}, 0)`)
  const expression = statistic === 'Sum' ? filled.join(' + ') : `MAX([${filled.join(', ')}])`
  return { metricQuery: [...metrics, { id: 'all', expression, label: metric, returnData: true }] }
}
