import { ecsNames } from '../../../scripts/kinds/ecs-service/names.ts'
import type { scalingOf } from '../../../scripts/kinds/ecs-service/settings.ts'
import { AutoscalingPolicy, AutoscalingTarget, type EcsService, type LbTargetGroup } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { balancerOf } from './alarms.ts'
import type { EcsSpec } from './spec.ts'

/** What scales: a service within its limits, and the target group whose requests count. */
export type Scaled = {
  readonly scaling: NonNullable<ReturnType<typeof scalingOf>>
  readonly service: EcsService
  readonly group: LbTargetGroup | undefined
}

/** Lets AWS scale a service; without a value to keep it only sets the limits, for policies that others add. */
export function scale(scope: Construct, spec: EcsSpec, { scaling, service, group }: Scaled): void {
  const { min, max, cpuPercent, requestsPerTask } = scaling
  const limits = new AutoscalingTarget(scope, 'scaling', {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: `service/${spec.cluster}/${service.name}`,
    minCapacity: min,
    maxCapacity: max,
  })
  const keep = (targetValue: number, predefinedMetricType: string, resourceLabel?: string) =>
    new AutoscalingPolicy(scope, 'scaling_policy', {
      name: ecsNames(spec.target).service,
      policyType: 'TargetTrackingScaling',
      serviceNamespace: limits.serviceNamespace,
      scalableDimension: limits.scalableDimension,
      resourceId: limits.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        predefinedMetricSpecification: {
          predefinedMetricType,
          ...(resourceLabel === undefined ? {} : { resourceLabel }),
        },
      },
    })
  // Application Auto Scaling API reference, PredefinedMetricSpecification.
  if (cpuPercent !== undefined) keep(cpuPercent, 'ECSServiceAverageCPUUtilization')
  if (requestsPerTask !== undefined && group !== undefined) {
    const balancer = balancerOf(spec.balanced?.listener ?? '')
    keep(requestsPerTask, 'ALBRequestCountPerTarget', `${balancer}/${group.arnSuffix}`)
  }
}
