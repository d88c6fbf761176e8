import { regionalArn } from '../aws/arn.ts'
import type { EnvironmentScope } from './environment.ts'

/**
 * What Terraform needs for some types of resources. Derived from what each type is in AWS (Service Authorization
 * Reference) and from what the AWS provider is known to call; only a real account can prove it.
 */
export type TypeRights = {
  /** The types, as Terraform calls them. */
  readonly types: readonly string[]
  readonly sid: string
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** Read actions that AWS knows no resource for. */
  readonly anywhere?: readonly string[]
  readonly resources: readonly string[]
}

/** The rights for each type of resource that the stacks of an environment can have. */
export function typeRights(scope: EnvironmentScope): TypeRights[] {
  return [
    lambdaRights(scope),
    ...ecsRights(scope),
    ...balancerRights(scope),
    logRights(scope),
    alarmRights(scope),
  ]
}

function lambdaRights({ name, environment }: EnvironmentScope): TypeRights {
  const functions = regionalArn('lambda', environment, `function:*-${name}`)
  return {
    types: ['aws_lambda_alias', 'aws_lambda_function'],
    sid: 'Functions',
    read: [
      'lambda:GetAlias',
      'lambda:GetFunction',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetFunctionConcurrency',
      'lambda:GetFunctionConfiguration',
      'lambda:ListTags',
      'lambda:ListVersionsByFunction',
    ],
    write: [
      'lambda:CreateAlias',
      'lambda:CreateFunction',
      'lambda:DeleteAlias',
      'lambda:DeleteFunction',
      'lambda:DeleteFunctionConcurrency',
      'lambda:PublishVersion',
      'lambda:PutFunctionConcurrency',
      'lambda:TagResource',
      'lambda:UntagResource',
      'lambda:UpdateAlias',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
    ],
    // AWS Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC".
    anywhere:
      environment.network === undefined
        ? []
        : [
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSecurityGroups',
            'ec2:DescribeSubnets',
            'ec2:DescribeVpcs',
          ],
    resources: [functions, `${functions}:*`],
  }
}

function ecsRights({ name, environment }: EnvironmentScope): TypeRights[] {
  const { cluster } = environment
  if (cluster === undefined) return []
  return [
    {
      types: ['aws_ecs_service', 'aws_ecs_task_definition'],
      sid: 'Services',
      read: ['ecs:DescribeServices', 'ecs:ListTagsForResource'],
      write: [
        'ecs:CreateService',
        'ecs:DeleteService',
        'ecs:TagResource',
        'ecs:UntagResource',
        'ecs:UpdateService',
      ],
      anywhere: ['ecs:DescribeTaskDefinition'],
      resources: [
        regionalArn('ecs', environment, `service/${cluster}/*-${name}`),
        regionalArn('ecs', environment, `task-definition/*-${name}:*`),
      ],
    },
  ]
}

function balancerRights({ name, environment }: EnvironmentScope): TypeRights[] {
  const { listener } = environment
  if (listener === undefined) return []
  const groups = ['', '-alt'].map(end =>
    regionalArn('elasticloadbalancing', environment, `targetgroup/*-${name}${end}/*`),
  )
  return [
    {
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
      resources: [listener, `${listener.replace(':listener/', ':listener-rule/')}/*`, ...groups],
    },
  ]
}

function logRights({ name, environment }: EnvironmentScope): TypeRights {
  const groups = ['/aws/lambda', '/ecs'].map(folder =>
    regionalArn('logs', environment, `log-group:${folder}/*-${name}`),
  )
  return {
    types: ['aws_cloudwatch_log_group'],
    sid: 'Logs',
    read: ['logs:ListTagsForResource'],
    write: [
      'logs:CreateLogGroup',
      'logs:DeleteLogGroup',
      'logs:DeleteRetentionPolicy',
      'logs:PutRetentionPolicy',
      'logs:TagResource',
      'logs:UntagResource',
    ],
    anywhere: ['logs:DescribeLogGroups'],
    // Some actions take a log group's ARN with `:*`, and some without.
    resources: groups.flatMap(group => [group, `${group}:*`]),
  }
}

function alarmRights({ name, environment }: EnvironmentScope): TypeRights {
  return {
    types: ['aws_cloudwatch_metric_alarm'],
    sid: 'Alarms',
    read: ['cloudwatch:ListTagsForResource'],
    write: [
      'cloudwatch:DeleteAlarms',
      'cloudwatch:PutMetricAlarm',
      'cloudwatch:TagResource',
      'cloudwatch:UntagResource',
    ],
    anywhere: ['cloudwatch:DescribeAlarms'],
    resources: [regionalArn('cloudwatch', environment, `alarm:*-${name}-*`)],
  }
}
