import type { Identity } from '../iam/identities.ts'
import type { AwsError } from '../protocol/protocol.ts'
import { balancerError, named } from './input.ts'
import type { BalancerState, Listener, LoadBalancer, Rule, TargetGroup } from './state.ts'

/** The refusal for a target group that does not exist. */
export const noGroup = balancerError('TargetGroupNotFound', 'One or more target groups not found')

/** The refusal for a load balancer that does not exist. */
export function noBalancer(names: string): AwsError {
  return balancerError('LoadBalancerNotFound', `Load balancers '[${names}]' not found`)
}

/** The caller's load balancers with these ARNs, or a refusal. */
export function balancersOf(state: BalancerState, identity: Identity, arns: string[]): LoadBalancer[] {
  const type = { resource: 'loadbalancer', says: 'load balancer', missing: noBalancer(arns.join(', ')) }
  return named(state.balancers, arns, identity, type)
}

/** The caller's listeners with these ARNs, or a refusal. */
export function listenersOf(state: BalancerState, identity: Identity, arns: string[]): Listener[] {
  const missing = balancerError('ListenerNotFound', 'One or more listeners not found')
  return named(state.listeners, arns, identity, { resource: 'listener', says: 'listener', missing })
}

/** The caller's rules with these ARNs, or a refusal. */
export function rulesNamed(state: BalancerState, identity: Identity, arns: string[]): Rule[] {
  const missing = balancerError('RuleNotFound', 'One or more rules not found')
  return named(state.rules, arns, identity, { resource: 'listener-rule', says: 'listener rule', missing })
}

/** The caller's target groups with these ARNs, or a refusal. */
export function groupsNamed(state: BalancerState, identity: Identity, arns: string[]): TargetGroup[] {
  return named(state.groups, arns, identity, {
    resource: 'targetgroup',
    says: 'target group',
    missing: noGroup,
  })
}

/** The only one that was asked for. */
export function one<T>([found]: T[]): T {
  return found as T
}

/** The rules of a listener, by priority. */
export function rulesOf({ rules }: BalancerState, { arn }: Listener): Rule[] {
  return [...rules.values()].filter(rule => rule.listener === arn).sort((a, b) => a.priority - b.priority)
}

/** The rules that forward to a target group, also those that send it nothing now. */
export function rulesWith({ rules }: BalancerState, { arn }: TargetGroup): Rule[] {
  return [...rules.values()].filter(
    ({ action }) => 'forward' in action && action.forward.some(({ group }) => group === arn),
  )
}

/** The load balancers with a rule that forwards to a target group. */
export function balancersOfGroup(state: BalancerState, group: TargetGroup): string[] {
  const all = rulesWith(state, group).flatMap(rule => state.listeners.get(rule.listener)?.balancer ?? [])
  return [...new Set(all)]
}
