import type { Identities } from '../iam/identities.ts'
import type { JsonApi } from '../protocol/json-service.ts'
import { jsonService } from '../protocol/json-service.ts'
import type { Service } from '../protocol/protocol.ts'
import { jsonProblems } from '../protocol/wording.ts'
import * as alarms from './alarms.ts'
import { describeAlarmHistory } from './history.ts'
import * as metricData from './metric-data.ts'
import type { CloudWatchState } from './state.ts'

const api: JsonApi<CloudWatchState> = {
  name: 'cloudwatch',
  scope: 'monitoring',
  target: 'GraniteServiceVersion20100801',
  version: '1.0',
  operations: {
    DeleteAlarms: alarms.deleteAlarms,
    DescribeAlarmHistory: describeAlarmHistory,
    DescribeAlarms: alarms.describeAlarms,
    GetMetricData: metricData.getMetricData,
    ListTagsForResource: alarms.listTagsForResource,
    PutMetricAlarm: alarms.putMetricAlarm,
    PutMetricData: metricData.putMetricData,
    SetAlarmState: alarms.setAlarmState,
    TagResource: alarms.tagResource,
    UntagResource: alarms.untagResource,
  },
  resource: input => {
    const subject =
      input.AlarmName ??
      input.AlarmNames ??
      input.AlarmNamePrefix ??
      input.ResourceARN ??
      input.Namespace ??
      ''
    return Array.isArray(subject) ? subject.join(',') : String(subject)
  },
  problems: jsonProblems('cloudwatch', {
    error500: ['InternalServiceFault', 500, 'The request processing has failed because of an unknown error.'],
    'access-denied': [
      'AccessDeniedException',
      403,
      'User is not authorized to perform: cloudwatch:{operation}',
    ],
  }),
  // The service once spoke the query protocol, and its clients still read that protocol's names of errors.
  errorHeaders: ({ code, status }) => ({
    'x-amzn-query-error': `${queryNames[code] ?? code};${status < 500 ? 'Sender' : 'Receiver'}`,
  }),
}

const queryNames: Record<string, string> = {
  ValidationException: 'ValidationError',
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  InternalServiceFault: 'InternalServiceError',
}

/** CloudWatch's alarms and metrics over its JSON API. */
export function cloudWatchService(state: CloudWatchState, identities: Identities): Service {
  return jsonService(api, state, identities)
}
