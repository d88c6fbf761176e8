import type { Identity } from '../iam/identities.ts'
import type { Xml } from '../protocol/xml.ts'
import { balancersOfGroup, groupsNamed, listenersOf, one, rulesNamed, rulesOf } from './find.ts'
import { balancerError, readInput } from './input.ts'
import * as print from './print.ts'
import type { Action, BalancerState, Conditions, Listener, Rule } from './state.ts'
import { idOf } from './state.ts'
import { setTags } from './tags.ts'
import type { ActionsInput, ConditionsInput } from './write-input.ts'
import { createRuleSchema, deleteRuleSchema, modifyRuleSchema, prioritiesSchema } from './write-input.ts'

/** CreateRule. */
export function createRule(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { ListenerArn, Priority: priority, Conditions, Actions, Tags } = readInput(createRuleSchema, input)
  const listener = one(listenersOf(state, identity, [ListenerArn]))
  checkPriority(state, listener, priority)
  const conditions = readConditions(Conditions)
  const action = readAction(state, identity, Actions, listener)
  state.made += 1
  const arn = `${ListenerArn.replace(':listener/', ':listener-rule/')}/${idOf(`${ListenerArn} ${state.made}`)}`
  const rule: Rule = { arn, listener: ListenerArn, priority, conditions, action }
  state.rules.set(arn, rule)
  setTags(state, arn, Tags)
  return { Rules: { member: [print.rule(rule)] } }
}

/** ModifyRule: what it leaves out stays as it is. */
export function modifyRule(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { RuleArn, Conditions, Actions } = readInput(modifyRuleSchema, input)
  const rule = one(rulesNamed(state, identity, [RuleArn]))
  const listener = one(listenersOf(state, identity, [rule.listener]))
  const action = Actions && readAction(state, identity, Actions, listener)
  if (Conditions) rule.conditions = readConditions(Conditions)
  if (action) rule.action = action
  return { Rules: { member: [print.rule(rule)] } }
}

/** DeleteRule. */
export function deleteRule(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { RuleArn } = readInput(deleteRuleSchema, input)
  one(rulesNamed(state, identity, [RuleArn]))
  state.rules.delete(RuleArn)
  return {}
}

/** SetRulePriorities: all of them, or none when one is taken. */
export function setRulePriorities(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { RulePriorities } = readInput(prioritiesSchema, input)
  const moved = rulesNamed(
    state,
    identity,
    RulePriorities.map(({ RuleArn }) => RuleArn),
  )
  for (const { RuleArn, Priority } of RulePriorities) {
    const rule = state.rules.get(RuleArn)
    const listener = rule && state.listeners.get(rule.listener)
    if (listener) checkPriority(state, listener, Priority, moved)
  }
  for (const { RuleArn, Priority } of RulePriorities) {
    const rule = state.rules.get(RuleArn)
    if (rule) rule.priority = Priority
  }
  return { Rules: { member: moved.map(print.rule) } }
}

function checkPriority(
  state: BalancerState,
  listener: Listener,
  priority: number,
  except: readonly Rule[] = [],
): void {
  const isTaken = rulesOf(state, listener).some(rule => rule.priority === priority && !except.includes(rule))
  if (isTaken) throw balancerError('PriorityInUse', `Priority '${priority}' is currently in use`)
}

function readConditions(all: ConditionsInput): Conditions {
  if (all.length === 0) throw balancerError('ValidationError', 'A condition must be specified')
  const valuesOf = (field: string) => all.find(one => one.field === field)?.values ?? []
  return { paths: valuesOf('path-pattern'), hosts: valuesOf('host-header') }
}

function readAction(
  state: BalancerState,
  identity: Identity,
  [action, ...others]: ActionsInput,
  { balancer }: Listener,
): Action {
  if (action === undefined || others.length > 0)
    throw balancerError('ValidationError', 'Exactly one action must be specified')
  const { Type, TargetGroupArn, ForwardConfig, FixedResponseConfig } = action
  if (Type === 'fixed-response') return { answer: Number(FixedResponseConfig?.StatusCode ?? 500) }
  const named = ForwardConfig?.TargetGroups.map(tuple => ({
    group: tuple.TargetGroupArn,
    weight: tuple.Weight,
  }))
  const forward = named?.length ? named : TargetGroupArn ? [{ group: TargetGroupArn, weight: 1 }] : []
  if (forward.length === 0) throw balancerError('ValidationError', 'A target group ARN must be specified')
  const groups = groupsNamed(
    state,
    identity,
    forward.map(({ group }) => group),
  )
  // Elastic Load Balancing API reference, common to CreateRule and ModifyRule: TargetGroupAssociationLimit.
  const foreign = groups.find(group => balancersOfGroup(state, group).some(other => other !== balancer))
  if (foreign) {
    const message = 'The following target groups cannot be associated with more than one load balancer'
    throw balancerError('TargetGroupAssociationLimit', `${message}: ${foreign.arn}`)
  }
  return { forward }
}
