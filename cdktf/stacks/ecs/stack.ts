import type { EcsApplied } from '../../../scripts/kinds/ecs-service/applied.ts'
import { ecsNames, serviceName } from '../../../scripts/kinds/ecs-service/names.ts'
import { scalingOf } from '../../../scripts/kinds/ecs-service/parts/count.ts'
import { type EcsSettings, watchedPhases } from '../../../scripts/kinds/ecs-service/settings.ts'
import { type CloudwatchMetricAlarm, EcsService, type IamRole } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { literal } from '../shared/literal.ts'
import { ServiceStack } from '../shared/service-stack.ts'
import { ecsAlarms } from './alarms.ts'
import { capacity, connected } from './connect.ts'
import { deployment } from './deployment.ts'
import { balancerRole, executionRole, taskRole } from './roles.ts'
import { type Routed, routeTo } from './route.ts'
import { scale } from './scaling.ts'
import { runOnSchedule } from './schedules.ts'
import type { EcsSpec } from './spec.ts'
import { taskDefinition } from './task.ts'

// Longer than a container takes to start and pass two health checks.
const graceSeconds = 60

/** An ECS service on Fargate in an environment: behind a load balancer if it has a route, internal otherwise. */
export class EcsStack extends ServiceStack {
  constructor(scope: Construct, spec: EcsSpec) {
    super(scope, spec)
    const { target, settings, pin } = spec
    const names = ecsNames(target)
    const scaling = scalingOf(settings)
    const log = this.log(names.logGroup, settings)
    const execution = executionRole(this, spec)
    const role = taskRole(this, spec)
    const task = taskDefinition(this, spec, { execution: execution.role, task: role.role, log })
    const routed = spec.balanced === undefined ? undefined : routeTo(this, spec, spec.balanced)
    const alarms = watchedByEcs(settings.watch, ecsAlarms(this, spec, routed))
    const balancer = routed?.other === undefined ? undefined : balancerRole(this, spec)
    const service = new EcsService(this, 'service', {
      name: serviceName(target, settings),
      cluster: spec.cluster,
      taskDefinition: task.arn,
      desiredCount: typeof settings.count === 'number' ? settings.count : settings.count.min,
      ...capacity(settings),
      propagateTags: 'SERVICE',
      enableExecuteCommand: settings.enableExecuteCommand ?? false,
      waitForSteadyState: false,
      networkConfiguration: {
        subnets: [...spec.network.subnets],
        securityGroups: [...spec.network.securityGroups],
        assignPublicIp: false,
      },
      ...deployment(settings.strategy),
      ...(alarms.length === 0 ? {} : { alarms: { enable: true, rollback: true, alarmNames: alarms } }),
      ...(routed === undefined ? {} : behind(spec, routed, balancer?.role)),
      ...connected(spec),
      // The rollout changes the one, and what scales the service the other; this only sets the first ones.
      lifecycle: {
        ignoreChanges: [
          'task_definition',
          ...(watchedPhases(settings.strategy) === undefined ? [] : ['deployment_configuration']),
          ...(scaling === undefined ? [] : ['desired_count']),
        ],
      },
      // ECS refuses a target group without a load balancer, so the rule must exist first.
      dependsOn: [
        ...execution.policies,
        ...role.policies,
        ...(balancer === undefined ? [] : [balancer.policy]),
        ...(routed === undefined ? [] : [routed.rule]),
        ...(routed?.testRule === undefined ? [] : [routed.testRule]),
      ],
    })
    runOnSchedule(this, spec)
    if (scaling !== undefined) scale(this, spec, { scaling, service, group: routed?.group })
    this.addOutputs<EcsApplied>(
      spec,
      {
        tag: pin.tag,
        revision: task.arn,
        cluster: spec.cluster,
        serviceName: service.name,
        container: spec.container,
      },
      { log_group: log.name, ...(routed === undefined ? {} : { target_group_arn: routed.group.arn }) },
    )
  }
}

/** The names of the alarms that end a deployment. */
function watchedByEcs(
  { alarms, ignoreRinging }: EcsSettings['watch'],
  own: readonly CloudwatchMetricAlarm[],
) {
  const others = alarms.filter(name => !ignoreRinging.includes(name))
  const names = own.filter(one => !ignoreRinging.includes(one.alarmNameInput ?? ''))
  return [...names.map(one => one.alarmName), ...others.map(literal)]
}

function behind(
  { container, settings }: EcsSpec,
  { group, other, rule, testRule }: Routed,
  role: IamRole | undefined,
) {
  const shifted =
    other === undefined || role === undefined
      ? {}
      : {
          advancedConfiguration: {
            alternateTargetGroupArn: other.arn,
            productionListenerRule: rule.arn,
            ...(testRule === undefined ? {} : { testListenerRule: testRule.arn }),
            roleArn: role.arn,
          },
        }
  return {
    healthCheckGracePeriodSeconds: graceSeconds,
    loadBalancer: [
      {
        containerName: container,
        containerPort: settings.port,
        targetGroupArn: group.arn,
        ...shifted,
      },
    ],
  }
}
