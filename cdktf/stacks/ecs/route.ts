import { ecsNames, targetGroupName } from '../../../scripts/kinds/ecs-service/names.ts'
import { alternates, shifts } from '../../../scripts/kinds/ecs-service/settings.ts'
import { LbListenerRule, LbTargetGroup, type LbTargetGroupConfig } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { literal } from '../shared/literal.ts'
import type { Balanced, EcsSpec } from './spec.ts'

/** A listener rule and its target groups; `other` exists if the strategy shifts traffic, or is about to. */
export type Routed = {
  readonly group: LbTargetGroup
  readonly other: LbTargetGroup | undefined
  readonly rule: LbListenerRule
  /** The rule of test traffic, if something asks through it. */
  readonly testRule: LbListenerRule | undefined
}

// For requests in progress when a task is deregistered; a task itself has 30 s to stop.
const deregistrationSeconds = 30

/** Creates the listener rule of a service and its target group, or the two that its strategy shifts traffic between. */
export function routeTo(scope: Construct, spec: EcsSpec, balanced: Balanced): Routed {
  const names = ecsNames(spec.target)
  const group = new LbTargetGroup(
    scope,
    'target_group',
    groupConfig(targetGroupName(spec.target, spec.settings), spec, balanced),
  )
  const { strategy } = spec.settings
  if (!alternates(strategy)) {
    const rule = listenerRule(scope, 'rule', balanced, { type: 'forward', targetGroupArn: group.arn })
    return { group, other: undefined, rule, testRule: undefined }
  }
  const other = new LbTargetGroup(
    scope,
    'other_target_group',
    groupConfig(names.otherTargetGroup, spec, balanced),
  )
  const weights = [
    { arn: group.arn, weight: 100 },
    { arn: other.arn, weight: 0 },
  ]
  const action = { type: 'forward', forward: { targetGroup: weights } } as const
  const rule = listenerRule(scope, 'rule', balanced, action)
  const { testListener } = balanced
  const testRule =
    testListener === undefined
      ? undefined
      : listenerRule(scope, 'test_rule', { ...balanced, listener: testListener }, action)
  // ECS rewrites the weights with each deployment.
  if (shifts(strategy))
    for (const one of [rule, testRule]) one?.addOverride('lifecycle.ignore_changes', ['action'])
  return { group, other, rule, testRule }
}

function groupConfig(name: string, { settings }: EcsSpec, { vpc, route }: Balanced): LbTargetGroupConfig {
  return {
    name,
    targetType: 'ip',
    protocol: 'HTTP',
    port: settings.port,
    vpcId: vpc,
    deregistrationDelay: String(deregistrationSeconds),
    healthCheck: {
      path: literal(route.healthCheck),
      matcher: '200-299',
      interval: 15,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
  }
}

type Action = {
  readonly type: 'forward'
  readonly targetGroupArn?: string
  readonly forward?: { readonly targetGroup: { readonly arn: string; readonly weight: number }[] }
}

function listenerRule(
  scope: Construct,
  name: string,
  { listener, route }: Balanced,
  action: Action,
): LbListenerRule {
  const { priority, hosts, paths } = route
  return new LbListenerRule(scope, name, {
    listenerArn: listener,
    priority,
    action: [action],
    condition: [
      ...(hosts === undefined ? [] : [{ hostHeader: { values: hosts.map(literal) } }]),
      ...(paths === undefined ? [] : [{ pathPattern: { values: paths.map(literal) } }]),
    ],
  })
}
