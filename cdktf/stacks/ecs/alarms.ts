import { ecsNames, serviceName } from '../../../scripts/kinds/ecs-service/names.ts'
import type { EcsSettings } from '../../../scripts/kinds/ecs-service/settings.ts'
import type { CloudwatchMetricAlarm, LbTargetGroup } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { alarm } from '../shared/alarms.ts'
import { alarmActions } from '../shared/guardian.ts'
import { describeAlarm } from '../shared/service-stack.ts'
import type { Routed } from './route.ts'
import type { EcsSpec } from './spec.ts'

/** The alarms of a service: none if its settings say so, and without a route only the one on its CPU. */
export function ecsAlarms(
  scope: Construct,
  spec: EcsSpec,
  routed: Routed | undefined,
): CloudwatchMetricAlarm[] {
  const { alarms } = spec.settings
  if (alarms === false) return []
  return [
    ...(routed === undefined ? [] : balancerAlarms(scope, { ...spec, limits: alarms }, routed)),
    cpuAlarm(scope, { ...spec, limits: alarms }),
  ]
}

/** A service with the values at which its alarms go off. */
type Limited = EcsSpec & { readonly limits: Exclude<EcsSettings['alarms'], false> }

/** The alarms on load balancer metrics (Elastic Load Balancing user guide, "CloudWatch metrics"). */
function balancerAlarms(scope: Construct, spec: Limited, { group, other }: Routed): CloudwatchMetricAlarm[] {
  const { target, limits, balanced } = spec
  const { alarms } = ecsNames(target)
  const LoadBalancer = balancerOf(balanced?.listener ?? '')
  const dimensionsOf = ({ arnSuffix }: LbTargetGroup) => ({ LoadBalancer, TargetGroup: arnSuffix })
  // The new revision may be in either group, depending on the last deployment.
  const others = other === undefined ? [] : [dimensionsOf(other)]
  const dimensions = [dimensionsOf(group), ...others] as const
  const common = { namespace: 'AWS/ApplicationELB', dimensions } as const
  return [
    alarm(scope, 'server_errors', {
      ...common,
      name: alarms.serverErrors,
      actions: alarmActions(spec, alarms.serverErrors),
      description: describeAlarm('Answers of 5xx a minute', target),
      metric: 'HTTPCode_Target_5XX_Count',
      statistic: 'Sum',
      minutes: 1,
      threshold: limits.serverErrors,
    }),
    alarm(scope, 'latency', {
      ...common,
      name: alarms.latency,
      actions: alarmActions(spec, alarms.latency),
      description: describeAlarm('99th percentile of the response time, in s,', target),
      metric: 'TargetResponseTime',
      statistic: 'p99',
      minutes: 3,
      threshold: limits.latencyMs / 1000,
    }),
  ]
}

/** The alarm on a service's CPU usage (Amazon ECS developer guide, "CloudWatch metrics"). */
function cpuAlarm(scope: Construct, spec: Limited): CloudwatchMetricAlarm {
  const { target, limits, cluster, settings } = spec
  const { alarms } = ecsNames(target)
  return alarm(scope, 'cpu', {
    name: alarms.cpu,
    actions: alarmActions(spec, alarms.cpu),
    description: describeAlarm('Average CPU, in percent,', target),
    namespace: 'AWS/ECS',
    metric: 'CPUUtilization',
    statistic: 'Average',
    minutes: 3,
    threshold: limits.cpuPercent,
    dimensions: [{ ClusterName: cluster, ServiceName: serviceName(target, settings) }],
  })
}

/** The value of the dimension LoadBalancer, from its listener's ARN. */
export function balancerOf(listener: string): string {
  return listener.split('/').slice(1, 4).join('/')
}
