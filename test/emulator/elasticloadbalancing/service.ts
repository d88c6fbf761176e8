import type { Identities } from '../iam/identities.ts'
import type { Service } from '../protocol/protocol.ts'
import type { QueryApi } from '../protocol/query-service.ts'
import { queryService } from '../protocol/query-service.ts'
import { queryProblems } from '../protocol/wording.ts'
import * as describe from './describe.ts'
import * as groups from './groups.ts'
import * as rules from './rules.ts'
import type { BalancerState } from './state.ts'
import * as tags from './tags.ts'
import * as targets from './targets.ts'

const api: QueryApi<BalancerState> = {
  name: 'elasticloadbalancing',
  scope: 'elasticloadbalancing',
  version: '2015-12-01',
  namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  operations: {
    AddTags: tags.addTags,
    CreateRule: rules.createRule,
    CreateTargetGroup: groups.createTargetGroup,
    DeleteRule: rules.deleteRule,
    DeleteTargetGroup: groups.deleteTargetGroup,
    DeregisterTargets: targets.deregisterTargets,
    DescribeListeners: describe.describeListeners,
    DescribeLoadBalancers: describe.describeLoadBalancers,
    DescribeRules: describe.describeRules,
    DescribeTags: tags.describeTags,
    DescribeTargetGroupAttributes: groups.describeTargetGroupAttributes,
    DescribeTargetGroups: describe.describeTargetGroups,
    DescribeTargetHealth: targets.describeTargetHealth,
    ModifyRule: rules.modifyRule,
    ModifyTargetGroup: groups.modifyTargetGroup,
    ModifyTargetGroupAttributes: groups.modifyTargetGroupAttributes,
    RegisterTargets: targets.registerTargets,
    RemoveTags: tags.removeTags,
    SetRulePriorities: rules.setRulePriorities,
  },
  subjects: [
    'RuleArn',
    'TargetGroupArn',
    'ListenerArn',
    'ListenerArns.member.1',
    'RuleArns.member.1',
    'LoadBalancerArn',
    'LoadBalancerArns.member.1',
    'TargetGroupArns.member.1',
    'ResourceArns.member.1',
    'RulePriorities.member.1.RuleArn',
    'Names.member.1',
    'Name',
  ],
  problems: queryProblems('elasticloadbalancing', {}),
}

/** Elastic Load Balancing's query API, but for what makes and changes the load balancers themselves. */
export function balancerService(state: BalancerState, identities: Identities): Service {
  return queryService(api, state, identities)
}
