import { ecsNames } from '../../../scripts/kinds/ecs-service/names.ts'
import type { CloudwatchMetricAlarm, LbTargetGroup } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { alarm } from '../shared/alarms.ts'
import { alarmActions } from '../shared/guardian.ts'
import { describeAlarm } from '../shared/service-stack.ts'
import type { Routed } from './route.ts'
import type { EcsSpec } from './spec.ts'

/** The alarms on load balancer metrics (Elastic Load Balancing user guide, "CloudWatch metrics"). */
export function balancerAlarms(
  scope: Construct,
  spec: EcsSpec,
  { group, other }: Routed,
): CloudwatchMetricAlarm[] {
  const { target, settings, balanced } = spec
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
      threshold: settings.alarms.serverErrors,
    }),
    alarm(scope, 'latency', {
      ...common,
      name: alarms.latency,
      actions: alarmActions(spec, alarms.latency),
      description: describeAlarm('99th percentile of the response time, in s,', target),
      metric: 'TargetResponseTime',
      statistic: 'p99',
      minutes: 3,
      threshold: settings.alarms.latencyMs / 1000,
    }),
  ]
}

/** The alarm on a service's CPU usage (Amazon ECS developer guide, "CloudWatch metrics"). */
export function cpuAlarm(scope: Construct, spec: EcsSpec): CloudwatchMetricAlarm {
  const { target, settings, cluster } = spec
  const { service, alarms } = ecsNames(target)
  return alarm(scope, 'cpu', {
    name: alarms.cpu,
    actions: alarmActions(spec, alarms.cpu),
    description: describeAlarm('Average CPU, in percent,', target),
    namespace: 'AWS/ECS',
    metric: 'CPUUtilization',
    statistic: 'Average',
    minutes: 3,
    threshold: settings.alarms.cpuPercent,
    dimensions: [{ ClusterName: cluster, ServiceName: service }],
  })
}

/** The value of the dimension LoadBalancer, from its listener's ARN. */
export function balancerOf(listener: string): string {
  return listener.split('/').slice(1, 4).join('/')
}
