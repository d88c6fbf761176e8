import { iamArn, type Place, regionalArn } from '../../aws/arn.ts'
import { allow, type Statement } from '../../aws/statements.ts'
import type { Rights, RoleRights, Scope, TypeRights } from '../kind.ts'
import { taskStarterEnd } from '../names.ts'
import { balancerPolicyArn } from './names.ts'
import { clustersIn, ofServices, ownPlaces } from './places.ts'

/** What CI may do with the ECS services of an environment. */
export function ecsRights(scope: Scope): Rights {
  const { name, environment } = scope
  const { listener, testListener } = environment
  const runs = clustersIn(scope).length > 0
  return {
    terraform: [
      ...(runs ? [typeRights(scope), scalingRights(scope), ...scheduleRights(scope)] : []),
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
    look: runs
      ? [allow('SeeService', ['ecs:DescribeServices'], ofServices(scope, 'service')), ...seeTasks(scope)]
      : [],
    move: runs ? [...sendBack(scope), ...takeSteps(scope), ...seeTasks(scope)] : [],
    back: runs ? sendBack(scope) : [],
    step: runs ? [...takeSteps(scope), ...seeTasks(scope)] : [],
  }
}

// Amazon ECS developer guide, "Permissions required for viewing Amazon ECS service deployments": deployments and service
// revisions have ARNs of their own.
function sendBack(scope: Scope): Statement[] {
  return [
    allow(
      'MoveTaskDefinition',
      ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'],
      ofServices(scope, 'service'),
    ),
    allow('StopDeployment', ['ecs:StopServiceDeployment'], ofServices(scope, 'service-deployment', '/*')),
    allow('SeeRevisions', ['ecs:DescribeServiceRevisions'], ofServices(scope, 'service-revision', '/*')),
  ]
}

function takeSteps(scope: Scope): Statement[] {
  const { environment } = scope
  return [
    allow(
      'SteerDeployment',
      ['ecs:ContinueServiceDeployment', 'ecs:DescribeServiceDeployments'],
      ofServices(scope, 'service-deployment', '/*'),
    ),
    // Service Authorization Reference, Elastic Load Balancing V2: what reads has no resource.
    ...(environment.listener === undefined
      ? []
      : [allow('SeeWeights', ['elasticloadbalancing:DescribeRules'], ['*'])]),
    ...(environment.testListener === undefined ? [] : [allow('SeeTestListener', testReads, ['*'])]),
  ]
}

const testReads = ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancers']

function seeTasks(scope: Scope): Statement[] {
  const clusters = clustersIn(scope)
  const arns = (resource: (cluster: string) => string) =>
    clusters.map(one => regionalArn('ecs', scope.environment, resource(one)))
  return [
    allow(
      'SeeTasks',
      ['ecs:DescribeTasks'],
      arns(one => `task/${one}/*`),
    ),
    // Service Authorization Reference, Amazon ECS: the only resource of ListTasks is a container instance, which
    // Fargate tasks do not have, so a condition limits it to the cluster.
    allow('ListTasks', ['ecs:ListTasks'], ['*'], {
      ArnEquals: { 'ecs:cluster': oneOrAll(arns(one => `cluster/${one}`)) },
    }),
  ]
}

function oneOrAll(texts: readonly string[]): string | readonly string[] {
  return texts.length === 1 ? (texts[0] as string) : texts
}

function typeRights(scope: Scope): TypeRights {
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
    resources: [
      ...ofServices(scope, 'service'),
      regionalArn('ecs', environment, `task-definition/*-${name}:*`),
    ],
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

function balancerRights(scope: Scope, listeners: readonly string[]): TypeRights {
  const { name, environment } = scope
  const own = ownPlaces(scope).flatMap(({ route }) => {
    const { targetGroup } = (route ?? {}) as { targetGroup?: string }
    return targetGroup === undefined ? [] : [targetGroup]
  })
  const groups = [`*-${name}`, `*-${name}-alt`, ...own].map(group =>
    regionalArn('elasticloadbalancing', environment, `targetgroup/${group}/*`),
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

function roleRights(scope: Scope): RoleRights {
  const { environment } = scope
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
      clustersIn(scope).length === 0
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
