import { iamArn, type Place, regionalArn } from '../../aws/arn.ts'
import { allow, type Statement } from '../../aws/statements.ts'
import type { Rights, RoleRights, Scope, TypeRights } from '../kind.ts'
import { taskStarterEnd } from '../names.ts'
import { balancerPolicyArn } from './names.ts'

/** What CI may do with the ECS services of an environment. */
export function ecsRights(scope: Scope): Rights {
  const { name, environment } = scope
  const { cluster, listener, testListener } = environment
  return {
    terraform: [
      ...(cluster === undefined
        ? []
        : [typeRights(scope, cluster), scalingRights(scope), ...scheduleRights(scope)]),
      ...(listener === undefined
        ? []
        : [
            balancerRights(
              scope,
              [listener, testListener].filter(one => one !== undefined),
            ),
          ]),
    ],
    logGroups: [regionalArn('logs', environment, `log-group:/ecs/*-${name}`)],
    roles: roleRights(scope),
    look:
      cluster === undefined
        ? []
        : [
            allow('SeeService', ['ecs:DescribeServices'], [services(scope, cluster)]),
            ...seeTasks(scope, cluster),
          ],
    move:
      cluster === undefined
        ? []
        : [...sendBack(scope, cluster), ...takeSteps(scope, cluster), ...seeTasks(scope, cluster)],
    back: cluster === undefined ? [] : sendBack(scope, cluster),
    step: cluster === undefined ? [] : [...takeSteps(scope, cluster), ...seeTasks(scope, cluster)],
  }
}

function services({ name, environment }: Scope, cluster: string): string {
  return regionalArn('ecs', environment, `service/${cluster}/*-${name}`)
}

// Amazon ECS developer guide, "Permissions required for viewing Amazon ECS service deployments": deployments and service
// revisions have ARNs of their own.
function sendBack(scope: Scope, cluster: string): Statement[] {
  return [
    allow(
      'MoveTaskDefinition',
      ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'],
      [services(scope, cluster)],
    ),
    allow(
      'StopDeployment',
      ['ecs:StopServiceDeployment'],
      [ofServices(scope, cluster, 'service-deployment')],
    ),
    allow('SeeRevisions', ['ecs:DescribeServiceRevisions'], [ofServices(scope, cluster, 'service-revision')]),
  ]
}

function takeSteps(scope: Scope, cluster: string): Statement[] {
  const { environment } = scope
  return [
    allow(
      'SteerDeployment',
      ['ecs:ContinueServiceDeployment', 'ecs:DescribeServiceDeployments'],
      [ofServices(scope, cluster, 'service-deployment')],
    ),
    // Service Authorization Reference, Elastic Load Balancing V2: what reads has no resource.
    ...(environment.listener === undefined
      ? []
      : [allow('SeeWeights', ['elasticloadbalancing:DescribeRules'], ['*'])]),
    ...(environment.testListener === undefined ? [] : [allow('SeeTestListener', testReads, ['*'])]),
  ]
}

function ofServices({ name, environment }: Scope, cluster: string, type: string): string {
  return regionalArn('ecs', environment, `${type}/${cluster}/*-${name}/*`)
}

const testReads = ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancers']

function seeTasks({ environment }: Scope, cluster: string): Statement[] {
  return [
    allow('SeeTasks', ['ecs:DescribeTasks'], [regionalArn('ecs', environment, `task/${cluster}/*`)]),
    // Service Authorization Reference, Amazon ECS: the only resource of ListTasks is a container instance, which
    // Fargate tasks do not have, so a condition limits it to the cluster.
    allow('ListTasks', ['ecs:ListTasks'], ['*'], {
      ArnEquals: { 'ecs:cluster': regionalArn('ecs', environment, `cluster/${cluster}`) },
    }),
  ]
}

function typeRights(scope: Scope, cluster: string): TypeRights {
  const { name, environment } = scope
  return {
    types: ['aws_ecs_service', 'aws_ecs_task_definition'],
    sid: 'Services',
    read: ['ecs:DescribeServices', 'ecs:ListTagsForResource'],
    write: [
      'ecs:CreateService',
      'ecs:DeleteService',
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      'ecs:UntagResource',
      'ecs:UpdateService',
    ],
    anywhere: ['ecs:DescribeTaskDefinition'],
    resources: [services(scope, cluster), regionalArn('ecs', environment, `task-definition/*-${name}:*`)],
  }
}

// Service Authorization Reference, Application Auto Scaling: the id of a scalable target is random, so a name cannot
// limit it, and the conditions on its service are missing from requests about tags.
function scalingRights({ environment }: Scope): TypeRights {
  return {
    types: ['aws_appautoscaling_policy', 'aws_appautoscaling_target'],
    sid: 'Scaling',
    read: ['application-autoscaling:ListTagsForResource'],
    write: [
      'application-autoscaling:DeleteScalingPolicy',
      'application-autoscaling:DeregisterScalableTarget',
      'application-autoscaling:PutScalingPolicy',
      'application-autoscaling:RegisterScalableTarget',
      'application-autoscaling:TagResource',
      'application-autoscaling:UntagResource',
    ],
    anywhere: [
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
    ],
    resources: [regionalArn('application-autoscaling', environment, 'scalable-target/*')],
    condition: { StringEqualsIfExists: { 'application-autoscaling:service-namespace': 'ecs' } },
  }
}

// Service Authorization Reference, AWS Step Functions and Amazon EventBridge Scheduler. The provider validates each
// definition that it plans.
function scheduleRights({ name, environment }: Scope): TypeRights[] {
  return [
    {
      types: ['aws_sfn_state_machine'],
      sid: 'ScheduledTasks',
      read: ['states:DescribeStateMachine', 'states:ListStateMachineVersions', 'states:ListTagsForResource'],
      write: [
        'states:CreateStateMachine',
        'states:DeleteStateMachine',
        'states:TagResource',
        'states:UntagResource',
        'states:UpdateStateMachine',
      ],
      anywhere: ['states:ValidateStateMachineDefinition'],
      resources: [regionalArn('states', environment, `stateMachine:*-${name}-*`)],
    },
    {
      types: ['aws_scheduler_schedule'],
      sid: 'TaskSchedules',
      read: ['scheduler:GetSchedule'],
      write: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'scheduler:UpdateSchedule'],
      resources: [regionalArn('scheduler', environment, `schedule/default/*-${name}-*`)],
    },
  ]
}

function balancerRights({ name, environment }: Scope, listeners: readonly string[]): TypeRights {
  const groups = ['', '-alt'].map(end =>
    regionalArn('elasticloadbalancing', environment, `targetgroup/*-${name}${end}/*`),
  )
  return {
    types: ['aws_lb_listener_rule', 'aws_lb_target_group'],
    sid: 'Balancer',
    read: [],
    write: [
      'elasticloadbalancing:AddTags',
      'elasticloadbalancing:CreateRule',
      'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:DeleteRule',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:ModifyRule',
      'elasticloadbalancing:ModifyTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
      'elasticloadbalancing:RemoveTags',
      'elasticloadbalancing:SetRulePriorities',
    ],
    anywhere: [
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
    ],
    resources: [
      ...listeners.flatMap(one => [one, `${one.replace(':listener/', ':listener-rule/')}/*`]),
      ...groups,
    ],
  }
}

function roleRights({ environment }: Scope): RoleRights {
  return {
    suffixes: ['', '-execution', '-balancer', taskStarterEnd],
    passedTo: [
      'ecs-tasks.amazonaws.com',
      'ecs.amazonaws.com',
      'scheduler.amazonaws.com',
      'states.amazonaws.com',
    ],
    managedPolicies: [balancerPolicyArn(environment)],
    // "Using service-linked roles" in the guides of both: the first service in an account creates them.
    others:
      environment.cluster === undefined
        ? []
        : [
            linkedRole('EcsItself', environment, 'ecs.amazonaws.com', 'AWSServiceRoleForECS'),
            linkedRole(
              'ScalingItself',
              environment,
              'ecs.application-autoscaling.amazonaws.com',
              'AWSServiceRoleForApplicationAutoScaling_ECSService',
            ),
          ],
  }
}

function linkedRole(sid: string, place: Place, service: string, name: string): Statement {
  const role = iamArn(place, `role/aws-service-role/${service}/${name}*`)
  return allow(sid, ['iam:CreateServiceLinkedRole'], [role], {
    StringEquals: { 'iam:AWSServiceName': service },
  })
}
