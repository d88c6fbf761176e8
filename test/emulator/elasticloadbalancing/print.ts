import type { Xml } from '../protocol/xml.ts'
import type { Action, Listener, LoadBalancer, Rule, TargetGroup } from './state.ts'

/** A load balancer as it is described. */
export function balancer(
  { arn, name, vpc, subnets, securityGroups, state, createdAt }: LoadBalancer,
  isOpen: boolean,
): Xml {
  const [, , , region] = arn.split(':')
  return {
    LoadBalancerArn: arn,
    // Where somebody opened one of its listeners, it is on loopback.
    DNSName: isOpen ? '127.0.0.1' : `${name}-1234567890.${region}.elb.amazonaws.com`,
    CanonicalHostedZoneId: 'Z215JYRZR1TBD5',
    CreatedTime: createdAt.toISOString(),
    LoadBalancerName: name,
    Scheme: 'internet-facing',
    VpcId: vpc,
    State: { Code: state },
    Type: 'application',
    AvailabilityZones: { member: subnets.map(SubnetId => ({ SubnetId })) },
    SecurityGroups: { member: [...securityGroups] },
    IpAddressType: 'ipv4',
  }
}

/** A listener as it is described. */
export function listener({ arn, balancer: LoadBalancerArn, protocol, port, action, openAt }: Listener): Xml {
  return {
    ListenerArn: arn,
    LoadBalancerArn,
    Port: openAt ?? port,
    Protocol: openAt === undefined ? protocol : 'HTTP',
    DefaultActions: actions(action),
  }
}

/** A rule as it is described. */
export function rule({ arn, priority, conditions: { paths, hosts }, action }: Rule): Xml {
  const member = [
    ...condition('path-pattern', 'PathPatternConfig', paths),
    ...condition('host-header', 'HostHeaderConfig', hosts),
  ]
  return {
    RuleArn: arn,
    Priority: String(priority),
    Conditions: { member },
    Actions: actions(action),
    IsDefault: false,
  }
}

function condition(Field: string, config: string, patterns: readonly string[]): Xml[] {
  const Values = { member: [...patterns] }
  return patterns.length === 0 ? [] : [{ Field, Values, [config]: { Values } }]
}

/** The rule that takes what no other rule of a listener matches. */
export function defaultRule({ arn, action }: Listener): Xml {
  return {
    RuleArn: `${arn.replace(':listener/', ':listener-rule/')}/0000000000000000`,
    Priority: 'default',
    Conditions: '',
    Actions: actions(action),
    IsDefault: true,
  }
}

/** A target group as it is described. */
export function group({ arn, name, vpc, port, targetType, check }: TargetGroup, balancers: string[]): Xml {
  return {
    TargetGroupArn: arn,
    TargetGroupName: name,
    Protocol: 'HTTP',
    Port: port,
    VpcId: vpc,
    TargetType: targetType,
    HealthCheckEnabled: true,
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyCount,
    UnhealthyThresholdCount: check.unhealthyCount,
    Matcher: { HttpCode: check.codes },
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
    LoadBalancerArns: { member: balancers },
  }
}

/** The attributes of a target group, as they are described. */
export function attributes(all: ReadonlyMap<string, string>): Xml {
  return { Attributes: { member: [...all].map(([Key, Value]) => ({ Key, Value })) } }
}

/** An action with a single target group names it twice (Elastic Load Balancing API reference, Action). */
function actions(action: Action): Xml {
  if ('answer' in action)
    return {
      member: [
        { Type: 'fixed-response', Order: 1, FixedResponseConfig: { StatusCode: String(action.answer) } },
      ],
    }
  const [only, ...others] = action.forward
  const groups = action.forward.map(({ group: TargetGroupArn, weight: Weight }) => ({
    TargetGroupArn,
    Weight,
  }))
  const ForwardConfig = {
    TargetGroups: { member: groups },
    TargetGroupStickinessConfig: { Enabled: false },
  }
  const TargetGroupArn = others.length === 0 ? only?.group : undefined
  return { member: [{ Type: 'forward', Order: 1, TargetGroupArn, ForwardConfig }] }
}
