import { CloudwatchMetricAlarm } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'

type Dimensions = Readonly<Record<string, string>>

/** What an alarm is about. */
export type AlarmProps = {
  /** The name in AWS. */
  readonly name: string
  readonly description: string
  readonly namespace: string
  readonly metric: string
  /** `Sum`, `Average`, or a percentile such as `p99`. */
  readonly statistic: string
  /** From this value on, in the metric's own unit. */
  readonly threshold: number
  /** For so many minutes on end. */
  readonly minutes: number
  /** One set of dimensions, or several: then the sum of all counts, or the worst of all percentiles. */
  readonly dimensions: readonly [Dimensions, ...Dimensions[]]
}

const period = 60

/** An alarm that a rollout watches; a minute without a value is a good one, since nobody called. */
export function alarm(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold: props.threshold,
    evaluationPeriods: props.minutes,
    treatMissingData: 'notBreaching',
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
  // A target group without requests has no values at all, and would take those of the other one away.
  const filled = metrics.map(({ id }) => `FILL(${id}, 0)`)
  const expression = statistic === 'Sum' ? filled.join(' + ') : `MAX([${filled.join(', ')}])`
  return { metricQuery: [...metrics, { id: 'all', expression, label: metric, returnData: true }] }
}
