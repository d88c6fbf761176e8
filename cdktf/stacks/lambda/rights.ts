import { allowUnnamed, type PolicyStatement } from '../../../scripts/aws/statements.ts'
import { isPolled, type Polled } from '../../../scripts/kinds/lambda/event-sources.ts'
import { functionLog, functionName } from '../../../scripts/kinds/lambda/names.ts'
import { mayDecrypt, mayDo, mayReadSecrets, mayTrace, mayWriteLog } from '../shared/policies.ts'
import { guardianRights } from './guardian.ts'
import type { LambdaSpec } from './spec.ts'

// AWS managed policy reference, AWSLambdaVPCAccessExecutionRole: these have no narrower resource.
const networkInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/** What a function's role may do. */
export function functionStatements(spec: LambdaSpec): PolicyStatement[] {
  const { target, environment, settings, network } = spec
  const { deadLetterTargetArn, eventSources = {} } = settings
  return [
    mayWriteLog(environment, functionLog(functionName(target, settings))),
    ...mayReadSecrets(settings.secrets, ['ssm:GetParameter', 'ssm:GetParameters']),
    ...mayDecrypt(settings),
    ...mayTrace(settings.tracing),
    ...(network === undefined ? [] : [allowUnnamed(networkInterfaces, ['*'])]),
    ...(deadLetterTargetArn === undefined ? [] : [maySend(deadLetterTargetArn)]),
    ...Object.values(eventSources).filter(isPolled).flatMap(mayRead),
    ...guardianRights(spec),
    ...mayDo(settings.permissions),
  ]
}

// AWS managed policy reference, AWSLambdaSQSQueueExecutionRole, AWSLambdaKinesisExecutionRole and
// AWSLambdaDynamoDBExecutionRole.
const reads: Readonly<Record<Polled['type'], readonly string[]>> = {
  sqs: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  kinesis: [
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
  ],
  dynamodb: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
}

/** Lambda reads a source with the rights of the function. */
function mayRead(source: Polled): PolicyStatement[] {
  return [
    allowUnnamed(reads[source.type], [source.arn]),
    // Neither list has a resource.
    ...(source.type === 'kinesis' ? [allowUnnamed(['kinesis:ListStreams'], ['*'])] : []),
    ...(source.type === 'dynamodb' ? [allowUnnamed(['dynamodb:ListStreams'], ['*'])] : []),
    ...('onFailure' in source && source.onFailure !== undefined ? [maySend(source.onFailure)] : []),
  ]
}

function maySend(arn: string): PolicyStatement {
  return allowUnnamed([arn.split(':')[2] === 'sns' ? 'sns:Publish' : 'sqs:SendMessage'], [arn])
}
