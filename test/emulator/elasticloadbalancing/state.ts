import { createHash } from 'node:crypto'
import type { Identity } from '../iam/identities.ts'

type Owner = Pick<Identity, 'account' | 'region'>

/** An Application Load Balancer. */
export type LoadBalancer = {
  arn: string
  name: string
  vpc: string
  subnets: readonly string[]
  securityGroups: readonly string[]
  state: 'active' | 'provisioning' | 'failed'
  createdAt: Date
}

/** Target groups by ARN with their weights, or an answer that needs none. */
export type Action = { forward: { group: string; weight: number }[] } | { answer: number }

/** A listener; its default action takes what no rule matches. */
export type Listener = {
  arn: string
  balancer: string
  protocol: 'HTTP' | 'HTTPS'
  port: number
  action: Action
  /** The port on loopback where it listens by now, which is described in place of its own. */
  openAt?: number
}

/** Patterns of which a request's path and host have to match one each; an empty list says nothing. */
export type Conditions = { paths: readonly string[]; hosts: readonly string[] }

/** A rule of a listener. */
export type Rule = { arn: string; listener: string; priority: number; conditions: Conditions; action: Action }

/** How the targets of a group are checked. */
export type HealthCheck = {
  protocol: 'HTTP' | 'HTTPS'
  /** A number, or `traffic-port`. */
  port: string
  path: string
  intervalSeconds: number
  timeoutSeconds: number
  healthyCount: number
  unhealthyCount: number
  /** The statuses that are healthy, such as `200-299`. */
  codes: string
}

/** The health check of a group that says nothing of it (Elastic Load Balancing API reference, CreateTargetGroup). */
export const defaultCheck: HealthCheck = {
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyCount: 5,
  unhealthyCount: 2,
  codes: '200',
}

/** Where requests of a group go, on this machine. */
export type Target = {
  id: string
  port: number
  health: 'initial' | 'healthy' | 'unhealthy'
  /** Ends its health checks. */
  forget: () => void
}

/** A target group. */
export type TargetGroup = {
  arn: string
  name: string
  vpc: string
  port: number
  targetType: 'ip' | 'instance'
  check: HealthCheck
  attributes: Map<string, string>
  targets: Target[]
}

/** Everything that Elastic Load Balancing holds, by ARN. */
export type BalancerState = {
  balancers: Map<string, LoadBalancer>
  listeners: Map<string, Listener>
  rules: Map<string, Rule>
  groups: Map<string, TargetGroup>
  tags: Map<string, Map<string, string>>
  /** How many rules were ever made, since no ARN comes twice. */
  made: number
}

/** Makes Elastic Load Balancing without anything in it. */
export function createBalancers(): BalancerState {
  return {
    balancers: new Map(),
    listeners: new Map(),
    rules: new Map(),
    groups: new Map(),
    tags: new Map(),
    made: 0,
  }
}

/** What can be said about a listener and its load balancer, which is public and in no subnet by default. */
export type ListenerSetup = {
  vpc: string
  subnets?: readonly string[]
  securityGroups?: readonly string[]
  protocol?: Listener['protocol']
  port?: number
}

/** Makes a listener with this ARN, and its load balancer. What no rule matches is answered with 404. */
export function makeListener(state: BalancerState, arn: string, setup: ListenerSetup): Listener {
  const { vpc, subnets = [], securityGroups = [], protocol = 'HTTPS' } = setup
  const balancer = balancerArnOf(arn)
  const name = balancer.split('/').at(-2) ?? ''
  const known = state.balancers.get(balancer)
  state.balancers.set(balancer, {
    ...{ arn: balancer, name, vpc, subnets, securityGroups },
    state: known?.state ?? 'active',
    createdAt: known?.createdAt ?? new Date(),
  })
  const port = setup.port ?? (protocol === 'HTTPS' ? 443 : 80)
  const listener: Listener = { arn, balancer, protocol, port, action: { answer: 404 } }
  state.listeners.set(arn, listener)
  return listener
}

/** A rule to make: target groups by name, each with its weight. */
export type RuleSetup = {
  priority: number
  paths?: readonly string[]
  hosts?: readonly string[]
  groups: Record<string, number>
}

/** Makes a rule of a listener, and those of its target groups that do not exist; answers the rule's ARN. */
export function makeRule(state: BalancerState, listener: Listener, setup: RuleSetup): string {
  const { priority, paths = [], hosts = [], groups } = setup
  const forward = Object.entries(groups).map(([name, weight]) => {
    return { group: makeGroup(state, listener, name).arn, weight }
  })
  const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${idOf(String(priority))}`
  state.rules.set(arn, {
    arn,
    listener: listener.arn,
    priority,
    conditions: { paths, hosts },
    action: { forward },
  })
  return arn
}

/** Makes a rule forward to target groups, by ARN with their weights; a rule that does not exist is passed over. */
export function forwardTo(
  { rules }: BalancerState,
  arn: string,
  weights: Readonly<Record<string, number>>,
): void {
  const rule = rules.get(arn)
  if (rule) rule.action = { forward: Object.entries(weights).map(([group, weight]) => ({ group, weight })) }
}

/** The ARN of a listener's load balancer. */
function balancerArnOf(listener: string): string {
  return listener.replace(':listener/', ':loadbalancer/').split('/').slice(0, -1).join('/')
}

/** Whether an ARN is one of the caller's account and region. */
export function isOwn(arn: string, { account, region }: Owner): boolean {
  const [, , service, itsRegion, itsAccount] = arn.split(':')
  return service === 'elasticloadbalancing' && itsRegion === region && itsAccount === account
}

function makeGroup(state: BalancerState, { arn, balancer }: Listener, name: string): TargetGroup {
  const [, , , region = '', account = ''] = arn.split(':')
  const own = groupArn({ account, region }, name)
  const vpc = state.balancers.get(balancer)?.vpc ?? ''
  const group: TargetGroup = state.groups.get(own) ?? {
    ...{ arn: own, name, vpc, port: 80, targetType: 'ip', check: defaultCheck },
    ...{ attributes: new Map(), targets: [] },
  }
  state.groups.set(own, group)
  return group
}

/** The ARN of a target group. */
export function groupArn({ region, account }: Owner, name: string): string {
  return `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/${idOf(name)}`
}

/** The 16 hexadecimal digits at the end of an ARN. */
export function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
