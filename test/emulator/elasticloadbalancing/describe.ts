import type { Identity } from '../iam/identities.ts'
import type { Xml } from '../protocol/xml.ts'
import {
  balancerError,
  balancersSchema,
  groupsSchema,
  listenersSchema,
  named,
  printPage,
  readInput,
  rulesSchema,
} from './input.ts'
import * as print from './print.ts'
import { type BalancerState, isOwn, type Listener, type LoadBalancer, type TargetGroup } from './state.ts'

/** DescribeLoadBalancers. */
export function describeLoadBalancers(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { LoadBalancerArns: arns, Names: names, ...page } = readInput(balancersSchema, input)
  const own = [...state.balancers.values()].filter(({ arn }) => isOwn(arn, identity))
  const missing = names.find(name => !own.some(one => one.name === name))
  if (missing !== undefined) throw noBalancer(missing)
  const found = arns.length > 0 ? balancersOf(state, identity, arns) : own
  const wanted = names.length > 0 ? found.filter(({ name }) => names.includes(name)) : found
  return printPage('LoadBalancers', wanted, page, print.balancer)
}

/** DescribeListeners: some of them, or all of a load balancer. */
export function describeListeners(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { LoadBalancerArn, ListenerArns, ...page } = readInput(listenersSchema, input)
  const found =
    LoadBalancerArn === undefined
      ? listenersOf(state, identity, ListenerArns)
      : balancersOf(state, identity, [LoadBalancerArn]).flatMap(({ arn }) =>
          [...state.listeners.values()].filter(({ balancer }) => balancer === arn),
        )
  return printPage('Listeners', found, page, print.listener)
}

/** DescribeRules: some of them, or all of a listener, its default one last. */
export function describeRules(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { ListenerArn, RuleArns, ...page } = readInput(rulesSchema, input)
  const type = { resource: 'listener-rule', says: 'listener rule', missing: noRule }
  const found =
    ListenerArn === undefined
      ? named(state.rules, RuleArns, identity, type).map(print.rule)
      : listenersOf(state, identity, [ListenerArn]).flatMap(listener => rulesOf(state, listener))
  return printPage('Rules', found, page, rule => rule)
}

/** DescribeTargetGroups: some of them, those that a load balancer forwards to, or all. */
export function describeTargetGroups(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { LoadBalancerArn, TargetGroupArns, Names, ...page } = readInput(groupsSchema, input)
  const type = { resource: 'targetgroup', says: 'target group', missing: noGroup }
  const own = [...state.groups.values()].filter(({ arn }) => isOwn(arn, identity))
  if (!Names.every(name => own.some(one => one.name === name))) throw noGroup
  const found = TargetGroupArns.length > 0 ? named(state.groups, TargetGroupArns, identity, type) : own
  const behind = LoadBalancerArn === undefined ? undefined : groupsBehind(state, identity, LoadBalancerArn)
  const wanted = found.filter(
    ({ arn, name }) =>
      (Names.length === 0 || Names.includes(name)) && (behind === undefined || behind.has(arn)),
  )
  return printPage('TargetGroups', wanted, page, group => print.group(group, balancersOfGroup(state, group)))
}

const noRule = balancerError('RuleNotFound', 'One or more rules not found')
const noGroup = balancerError('TargetGroupNotFound', 'One or more target groups not found')
const noListener = balancerError('ListenerNotFound', 'One or more listeners not found')
const noBalancer = (names: string) =>
  balancerError('LoadBalancerNotFound', `Load balancers '[${names}]' not found`)

function balancersOf(state: BalancerState, identity: Identity, arns: string[]): LoadBalancer[] {
  const type = { resource: 'loadbalancer', says: 'load balancer', missing: noBalancer(arns.join(', ')) }
  return named(state.balancers, arns, identity, type)
}

function listenersOf(state: BalancerState, identity: Identity, arns: string[]): Listener[] {
  const type = { resource: 'listener', says: 'listener', missing: noListener }
  return named(state.listeners, arns, identity, type)
}

function rulesOf({ rules }: BalancerState, listener: Listener): Xml[] {
  const own = [...rules.values()]
    .filter(rule => rule.listener === listener.arn)
    .sort((a, b) => a.priority - b.priority)
  return [...own.map(print.rule), print.defaultRule(listener)]
}

function groupsBehind(state: BalancerState, identity: Identity, balancer: string): Set<string> {
  const [{ arn }] = balancersOf(state, identity, [balancer]) as [LoadBalancer]
  const groups = [...state.groups.values()].filter(one => balancersOfGroup(state, one).includes(arn))
  return new Set(groups.map(one => one.arn))
}

/** The load balancers with a rule that forwards to a target group. */
function balancersOfGroup({ rules, listeners }: BalancerState, { arn }: TargetGroup): string[] {
  const uses = [...rules.values()].filter(
    ({ action }) => 'forward' in action && action.forward.some(({ group }) => group === arn),
  )
  return [...new Set(uses.flatMap(({ listener }) => listeners.get(listener)?.balancer ?? []))]
}
