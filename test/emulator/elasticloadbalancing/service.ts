import type { Identities } from '../iam/identities.ts'
import type { Service } from '../protocol/protocol.ts'
import type { QueryApi } from '../protocol/query-service.ts'
import { queryService } from '../protocol/query-service.ts'
import { queryProblems } from '../protocol/wording.ts'
import * as describe from './describe.ts'
import type { BalancerState } from './state.ts'

const api: QueryApi<BalancerState> = {
  name: 'elasticloadbalancing',
  scope: 'elasticloadbalancing',
  version: '2015-12-01',
  namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  operations: {
    DescribeListeners: describe.describeListeners,
    DescribeLoadBalancers: describe.describeLoadBalancers,
    DescribeRules: describe.describeRules,
    DescribeTargetGroups: describe.describeTargetGroups,
  },
  subjects: [
    'ListenerArn',
    'ListenerArns.member.1',
    'RuleArns.member.1',
    'LoadBalancerArn',
    'LoadBalancerArns.member.1',
    'TargetGroupArns.member.1',
    'Names.member.1',
  ],
  problems: queryProblems('elasticloadbalancing', {}),
}

/** The part of Elastic Load Balancing's query API that describes Application Load Balancers. */
export function balancerService(state: BalancerState, identities: Identities): Service {
  return queryService(api, state, identities)
}
