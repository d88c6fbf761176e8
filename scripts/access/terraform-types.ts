import { regionalArn } from '../aws/arn.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import type { TypeRights } from '../kinds/kind.ts'
import type { EnvironmentScope } from './environment.ts'

/** The rights for each type of resource that the stacks of an environment can have. */
export function typeRights(scope: EnvironmentScope): TypeRights[] {
  const all = kindNames.map(name => kinds[name].rights(scope))
  const own = all.flatMap(({ terraform }) => terraform)
  const logGroups = new Set(all.flatMap(one => one.logGroups))
  // Two kinds can have the same types.
  return [...new Map(own.map(one => [one.sid, one])).values(), logRights([...logGroups]), alarmRights(scope)]
}

function logRights(groups: readonly string[]): TypeRights {
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
    anywhere: { read: ['logs:DescribeLogGroups'] },
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
    anywhere: { read: ['cloudwatch:DescribeAlarms'] },
    resources: [regionalArn('cloudwatch', environment, `alarm:*-${name}-*`)],
  }
}
