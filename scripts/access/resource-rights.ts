import { regionalArn } from '../aws/arn.ts'
import { oncePerName } from '../aws/statements.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import type { TypeRights } from '../kinds/kind.ts'
import type { EnvironmentScope } from './environment.ts'

/** What Terraform needs for each type of resource in the stacks of an environment. */
export function resourceRights(scope: EnvironmentScope): TypeRights[] {
  const all = kindNames.map(name => kinds[name].rights(scope))
  const own = all.flatMap(({ terraform }) => terraform)
  const logGroups = new Set(all.flatMap(one => one.logGroups))
  // Kinds can share types, which are then listed once.
  const shared = [logRights([...logGroups]), alarmRights(scope)]
  return [...oncePerName(own, ({ sid }) => sid), ...shared]
}

function logRights(groups: readonly string[]): TypeRights {
  return {
    types: ['aws_cloudwatch_log_group'],
    sid: 'Logs',
    read: ['logs:ListTagsForResource'],
    write: [
      'logs:AssociateKmsKey',
      'logs:CreateLogGroup',
      'logs:DeleteLogGroup',
      'logs:DeleteRetentionPolicy',
      'logs:DisassociateKmsKey',
      'logs:PutRetentionPolicy',
      'logs:TagResource',
      'logs:UntagResource',
    ],
    anywhere: ['logs:DescribeLogGroups'],
    // Some actions take the ARN of a log group with `:*`, some without.
    resources: groups.flatMap(group => [group, `${group}:*`]),
  }
}

function alarmRights({ name, environment }: EnvironmentScope): TypeRights {
  return {
    types: ['aws_cloudwatch_metric_alarm'],
    sid: 'Alarms',
    read: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
    write: [
      'cloudwatch:DeleteAlarms',
      'cloudwatch:PutMetricAlarm',
      'cloudwatch:TagResource',
      'cloudwatch:UntagResource',
    ],
    resources: [regionalArn('cloudwatch', environment, `alarm:*-${name}-*`)],
  }
}
