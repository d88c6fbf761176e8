import { regionalArn } from '../../aws/arn.ts'
import { dnsSuffix } from '../../aws/partitions.ts'
import { allow } from '../../aws/statements.ts'
import type { Rights, Scope, Surroundings, TypeRights } from '../kind.ts'
import { functionLog } from './names.ts'

/** What CI may do with the functions of an environment. */
export function functionRights(scope: Scope): Rights {
  const { name, environment } = scope
  const names = namesIn(scope)
  const functions = names.map(one => regionalArn('lambda', environment, `function:${one}`))
  // A version has its own ARN.
  const versions = functions.map(one => `${one}:*`)
  return {
    terraform: [
      typeRights(functions, environment.network !== undefined),
      keyRights(environment),
      ...triggerRights(name, environment, functions),
    ],
    logGroups: names.map(one => regionalArn('logs', environment, `log-group:${functionLog(one)}`)),
    roles: {
      suffixes: ['', '-scheduler'],
      passedTo: ['lambda.amazonaws.com', 'scheduler.amazonaws.com'],
      managedPolicies: [],
      others: [],
    },
    look: [
      allow('SeeAlias', ['lambda:GetAlias'], functions),
      allow('SeeCode', ['lambda:GetFunction'], [...functions, ...versions]),
    ],
    move: [
      allow('MoveAlias', ['lambda:GetAlias', 'lambda:UpdateAlias'], functions),
      allow('CompleteApply', ['lambda:PublishVersion'], functions),
      allow('SmokeCheck', ['lambda:InvokeFunction'], versions),
      allow('SeeCode', ['lambda:GetFunction'], [...functions, ...versions]),
    ],
    back: [allow('MoveAlias', ['lambda:GetAlias', 'lambda:UpdateAlias'], functions)],
    step: [
      allow('SmokeCheck', ['lambda:InvokeFunction'], versions),
      allow('SeeCode', ['lambda:GetFunction'], [...functions, ...versions]),
    ],
    list: [allow('ListVersions', ['lambda:ListAliases', 'lambda:ListVersionsByFunction'], functions)],
    prune: [allow('RemoveVersion', ['lambda:DeleteFunction'], versions)],
  }
}

/** Those after their stacks, by one pattern, and the others one by one. */
function namesIn({ name, given = {} }: Scope): string[] {
  const own = [...(given['lambda-zip'] ?? []), ...(given['lambda-image'] ?? [])].map(one => String(one.name))
  return [`*-${name}`, ...new Set(own)]
}

/** AWS Lambda developer guide, "Securing Lambda environment variables": whoever sets or reads variables under an own key. */
function keyRights(environment: Surroundings): TypeRights {
  return {
    types: [],
    sid: 'FunctionKeys',
    read: ['kms:Decrypt'],
    write: ['kms:CreateGrant', 'kms:Encrypt'],
    resources: [regionalArn('kms', environment, 'key/*')],
    condition: {
      StringEquals: { 'kms:ViaService': `lambda.${environment.region}.${dnsSuffix(environment.region)}` },
    },
  }
}

function typeRights(functions: readonly string[], hasNetwork: boolean): TypeRights {
  return {
    types: [
      'aws_lambda_alias',
      'aws_lambda_function',
      'aws_lambda_function_url',
      'aws_lambda_permission',
      'aws_lambda_provisioned_concurrency_config',
    ],
    sid: 'Functions',
    read: [
      'lambda:GetAlias',
      'lambda:GetFunction',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetFunctionConcurrency',
      'lambda:GetFunctionConfiguration',
      'lambda:GetFunctionUrlConfig',
      'lambda:GetPolicy',
      'lambda:GetProvisionedConcurrencyConfig',
      'lambda:ListTags',
      'lambda:ListVersionsByFunction',
    ],
    write: [
      'lambda:AddPermission',
      'lambda:CreateAlias',
      'lambda:CreateFunction',
      'lambda:CreateFunctionUrlConfig',
      'lambda:DeleteAlias',
      'lambda:DeleteFunction',
      'lambda:DeleteFunctionConcurrency',
      'lambda:DeleteFunctionUrlConfig',
      'lambda:DeleteProvisionedConcurrencyConfig',
      'lambda:PublishVersion',
      'lambda:PutFunctionConcurrency',
      'lambda:PutProvisionedConcurrencyConfig',
      'lambda:RemovePermission',
      'lambda:TagResource',
      'lambda:UntagResource',
      'lambda:UpdateAlias',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      'lambda:UpdateFunctionUrlConfig',
    ],
    // AWS Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC".
    anywhere: hasNetwork
      ? [
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcs',
        ]
      : [],
    resources: [...functions, ...functions.map(one => `${one}:*`)],
  }
}

/** For what calls functions: by a mapping, which belongs to no function but names one, a rule or a schedule. */
function triggerRights(name: string, environment: Surroundings, functions: readonly string[]): TypeRights[] {
  const versions = functions.map(one => `${one}:*`)
  return [
    {
      types: ['aws_lambda_event_source_mapping'],
      sid: 'EventSources',
      read: ['lambda:GetEventSourceMapping'],
      write: [
        'lambda:CreateEventSourceMapping',
        'lambda:DeleteEventSourceMapping',
        'lambda:UpdateEventSourceMapping',
      ],
      resources: ['*'],
      condition: { ArnLike: { 'lambda:FunctionArn': [...functions, ...versions] } },
    },
    {
      types: [],
      sid: 'EventSourceTags',
      read: ['lambda:ListTags'],
      write: ['lambda:TagResource', 'lambda:UntagResource'],
      resources: [regionalArn('lambda', environment, 'event-source-mapping:*')],
    },
    {
      types: [],
      sid: 'Layers',
      read: [],
      write: ['lambda:GetLayerVersion'],
      resources: [regionalArn('lambda', { ...environment, account: '*' }, 'layer:*')],
    },
    {
      types: ['aws_cloudwatch_event_rule', 'aws_cloudwatch_event_target'],
      sid: 'Rules',
      read: ['events:DescribeRule', 'events:ListTagsForResource', 'events:ListTargetsByRule'],
      write: [
        'events:DeleteRule',
        'events:PutRule',
        'events:PutTargets',
        'events:RemoveTargets',
        'events:TagResource',
        'events:UntagResource',
      ],
      resources: [regionalArn('events', environment, `rule/*-${name}-*`)],
    },
    {
      types: ['aws_scheduler_schedule'],
      sid: 'Schedules',
      read: ['scheduler:GetSchedule'],
      write: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'scheduler:UpdateSchedule'],
      resources: [regionalArn('scheduler', environment, `schedule/default/*-${name}-*`)],
    },
  ]
}
