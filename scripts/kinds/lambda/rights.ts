import { regionalArn } from '../../aws/arn.ts'
import { dnsSuffix } from '../../aws/partitions.ts'
import { allow } from '../../aws/statements.ts'
import type { Rights, Scope, Surroundings, TypeRights } from '../kind.ts'

/** What CI may do with the functions of an environment. */
export function functionRights({ name, environment }: Scope): Rights {
  const functions = regionalArn('lambda', environment, `function:*-${name}`)
  return {
    terraform: [typeRights(functions, environment.network !== undefined), keyRights(environment)],
    logGroups: [regionalArn('logs', environment, `log-group:/aws/lambda/*-${name}`)],
    roles: { suffixes: [''], passedTo: ['lambda.amazonaws.com'], managedPolicies: [], others: [] },
    look: [
      allow('SeeAlias', ['lambda:GetAlias'], [functions]),
      // A version has its own ARN.
      allow('SeeCode', ['lambda:GetFunction'], [functions, `${functions}:*`]),
    ],
    move: [
      allow('MoveAlias', ['lambda:GetAlias', 'lambda:UpdateAlias'], [functions]),
      allow('CompleteApply', ['lambda:PublishVersion'], [functions]),
      allow('SmokeCheck', ['lambda:InvokeFunction'], [`${functions}:*`]),
      allow('SeeCode', ['lambda:GetFunction'], [functions, `${functions}:*`]),
    ],
    back: [allow('MoveAlias', ['lambda:GetAlias', 'lambda:UpdateAlias'], [functions])],
    step: [
      allow('SmokeCheck', ['lambda:InvokeFunction'], [`${functions}:*`]),
      allow('SeeCode', ['lambda:GetFunction'], [functions, `${functions}:*`]),
    ],
    list: [allow('ListVersions', ['lambda:ListAliases', 'lambda:ListVersionsByFunction'], [functions])],
    prune: [allow('RemoveVersion', ['lambda:DeleteFunction'], [`${functions}:*`])],
  }
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

function typeRights(functions: string, hasNetwork: boolean): TypeRights {
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
    anywhere: hasNetwork
      ? [
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcs',
        ]
      : [],
    resources: [functions, `${functions}:*`],
  }
}
