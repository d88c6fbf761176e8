import { ecsNames } from '../../../scripts/kinds/ecs-service/names.ts'
import type { scalingOf } from '../../../scripts/kinds/ecs-service/parts/count.ts'
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
  const limits = new AutoscalingTarget(scope, 'scaling', {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: `service/${spec.cluster}/${service.name}`,
    minCapacity: scaling.min,
    maxCapacity: scaling.max,
  })
  for (const [end, { targetValue, ...metric }] of policies(spec, { scaling, service, group }))
    new AutoscalingPolicy(scope, `${end}scaling_policy`, {
      name: [ecsNames(spec.target).family, ...(end === '' ? [] : [end.slice(0, -1)])].join('-'),
      policyType: 'TargetTrackingScaling',
      serviceNamespace: limits.serviceNamespace,
      scalableDimension: limits.scalableDimension,
      resourceId: limits.resourceId,
      targetTrackingScalingPolicyConfiguration: { targetValue, predefinedMetricSpecification: metric },
    })
}

type Policy = {
  readonly targetValue: number
  readonly predefinedMetricType: string
  readonly resourceLabel?: string
}

/**
 * The values to keep (Application Auto Scaling API reference, PredefinedMetricSpecification). With several, AWS takes the
 * largest number of tasks that one of them asks for.
 */
function policies(spec: EcsSpec, { scaling, group }: Scaled): [string, Policy][] {
  const { cpuPercent, memoryPercent, requestsPerTask } = scaling
  const all: [string, Policy][] = []
  // A policy keeps its name and address for good: the same name at another address would be removed last.
  if (cpuPercent !== undefined)
    all.push(['', { targetValue: cpuPercent, predefinedMetricType: 'ECSServiceAverageCPUUtilization' }])
  if (requestsPerTask !== undefined && group !== undefined) {
    const resourceLabel = `${balancerOf(spec.balanced?.listener ?? '')}/${group.arnSuffix}`
    const kept = {
      targetValue: requestsPerTask,
      predefinedMetricType: 'ALBRequestCountPerTarget',
      resourceLabel,
    }
    all.push([cpuPercent === undefined ? '' : 'requests_', kept])
  }
  if (memoryPercent !== undefined)
    all.push([
      'memory_',
      { targetValue: memoryPercent, predefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
    ])
  return all
}
