import type { Identities } from '../iam/identities.ts'
import type { JsonApi } from '../protocol/json-service.ts'
import { jsonService } from '../protocol/json-service.ts'
import type { Service } from '../protocol/protocol.ts'
import { jsonProblems } from '../protocol/wording.ts'
import { describeLogGroups, filterLogEvents } from './events.ts'
import type { LogsState } from './state.ts'

const api: JsonApi<LogsState> = {
  name: 'logs',
  scope: 'logs',
  target: 'Logs_20140328',
  version: '1.1',
  operations: { DescribeLogGroups: describeLogGroups, FilterLogEvents: filterLogEvents },
  resource: input => String(input.logGroupName ?? ''),
  problems: jsonProblems('logs', {}),
}

/** The part of CloudWatch Logs that reads what functions have logged. */
export function logsService(state: LogsState, identities: Identities): Service {
  return jsonService(api, state, identities)
}
