import { aliasNames, functionName, functionNames } from '../../../scripts/kinds/lambda/names.ts'
import type { Construct } from '../../cdk.ts'
import { alarm } from '../shared/alarms.ts'
import { alarmActions } from '../shared/guardian.ts'
import { describeAlarm } from '../shared/service-stack.ts'
import type { LambdaSpec } from './spec.ts'

// Share of the timeout: a function that takes longer is about to fail.
const latencyShare = 0.8

/** The alarms of a function unless it has none, on calls through its alias (AWS Lambda developer guide, "Types of metrics"). */
export function lambdaAlarms(scope: Construct, spec: LambdaSpec): void {
  const { target, settings } = spec
  const { alarms: limits } = settings
  if (limits === false) return
  const { alarms } = functionNames(target)
  const main = functionName(target, settings)
  const Resource = `${main}:${aliasNames(target.environment).live}`
  const common = { namespace: 'AWS/Lambda', dimensions: [{ FunctionName: main, Resource }] } as const
  const actions = (name: string) => alarmActions(spec, name, settings.watch.ignoreRinging)
  const perMinute = { ...common, statistic: 'Sum', minutes: 1 }
  alarm(scope, 'errors', {
    ...perMinute,
    name: alarms.errors,
    actions: actions(alarms.errors),
    description: describeAlarm('Failed calls a minute', target),
    metric: 'Errors',
    threshold: limits.errors,
  })
  alarm(scope, 'throttles', {
    ...perMinute,
    name: alarms.throttles,
    actions: actions(alarms.throttles),
    description: describeAlarm('Throttled calls a minute', target),
    metric: 'Throttles',
    threshold: limits.throttles,
  })
  alarm(scope, 'latency', {
    ...common,
    name: alarms.latency,
    actions: actions(alarms.latency),
    description: describeAlarm('99th percentile of the duration, in ms,', target),
    metric: 'Duration',
    statistic: 'p99',
    minutes: 3,
    threshold: limits.latencyMs ?? Math.round(settings.timeout * 1000 * latencyShare),
  })
}
