import type { Identity } from '../iam/identities.ts'
import type { Xml } from '../protocol/xml.ts'
import {
  balancersOf,
  balancersOfGroup,
  groupsNamed,
  listenersOf,
  noBalancer,
  noGroup,
  one,
  rulesNamed,
  rulesOf,
} from './find.ts'
import { balancersSchema, groupsSchema, listenersSchema, printPage, readInput, rulesSchema } from './input.ts'
import * as print from './print.ts'
import { type BalancerState, isOwn, type Listener } from './state.ts'

/** DescribeLoadBalancers. */
export function describeLoadBalancers(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { LoadBalancerArns: arns, Names: names, ...page } = readInput(balancersSchema, input)
  const own = [...state.balancers.values()].filter(({ arn }) => isOwn(arn, identity))
  const missing = names.find(name => !own.some(known => known.name === name))
  if (missing !== undefined) throw noBalancer(missing)
  const found = arns.length > 0 ? balancersOf(state, identity, arns) : own
  const wanted = names.length > 0 ? found.filter(({ name }) => names.includes(name)) : found
  const open = [...state.listeners.values()].filter(({ openAt }) => openAt !== undefined)
  return printPage('LoadBalancers', wanted, page, one =>
    print.balancer(
      one,
      open.some(({ balancer }) => balancer === one.arn),
    ),
  )
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
  const found =
    ListenerArn === undefined
      ? rulesNamed(state, identity, RuleArns).map(print.rule)
      : listenersOf(state, identity, [ListenerArn]).flatMap(listener => printedRules(state, listener))
  return printPage('Rules', found, page, rule => rule)
}

/** DescribeTargetGroups: some of them, those that a load balancer forwards to, or all. */
export function describeTargetGroups(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { LoadBalancerArn, TargetGroupArns, Names, ...page } = readInput(groupsSchema, input)
  const own = [...state.groups.values()].filter(({ arn }) => isOwn(arn, identity))
  if (!Names.every(name => own.some(known => known.name === name))) throw noGroup
  const found = TargetGroupArns.length > 0 ? groupsNamed(state, identity, TargetGroupArns) : own
  const behind = LoadBalancerArn === undefined ? undefined : groupsBehind(state, identity, LoadBalancerArn)
  const wanted = found.filter(
    ({ arn, name }) =>
      (Names.length === 0 || Names.includes(name)) && (behind === undefined || behind.has(arn)),
  )
  return printPage('TargetGroups', wanted, page, group => print.group(group, balancersOfGroup(state, group)))
}

function printedRules(state: BalancerState, listener: Listener): Xml[] {
  return [...rulesOf(state, listener).map(print.rule), print.defaultRule(listener)]
}

function groupsBehind(state: BalancerState, identity: Identity, balancer: string): Set<string> {
  const { arn } = one(balancersOf(state, identity, [balancer]))
  const groups = [...state.groups.values()].filter(group => balancersOfGroup(state, group).includes(arn))
  return new Set(groups.map(group => group.arn))
}
