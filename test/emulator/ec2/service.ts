import type { Identities } from '../iam/identities.ts'
import type { Service } from '../protocol/protocol.ts'
import { ec2Query } from '../protocol/query-format.ts'
import type { QueryApi } from '../protocol/query-service.ts'
import { queryService } from '../protocol/query-service.ts'
import { queryProblems } from '../protocol/wording.ts'
import { describeSecurityGroups, describeSubnets } from './describe.ts'
import type { Ec2State } from './state.ts'

const api: QueryApi<Ec2State> = {
  name: 'ec2',
  scope: 'ec2',
  version: '2016-11-15',
  namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  format: ec2Query,
  operations: { DescribeSecurityGroups: describeSecurityGroups, DescribeSubnets: describeSubnets },
  subjects: ['SubnetId.1', 'GroupId.1', 'Filter.1.Value.1'],
  // Amazon EC2 API reference, "Error codes", common client errors and server errors.
  problems: queryProblems('ec2', {
    throttle: ['RequestLimitExceeded', 503, 'Request limit exceeded.'],
    error500: ['InternalError', 500, 'An internal error has occurred'],
    error503: ['Unavailable', 503, 'The server is overloaded and cannot handle the request.'],
    'access-denied': [
      'UnauthorizedOperation',
      403,
      'You are not authorized to perform this operation. User is not authorized to perform: ec2:{operation}',
    ],
  }),
}

/** The part of EC2's query API that describes networks. */
export function ec2Service(state: Ec2State, identities: Identities): Service {
  return queryService(api, state, identities)
}
