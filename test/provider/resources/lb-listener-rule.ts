import type { Action, Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { State, Value } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import { lbTags, retagLb } from './lb-tags.ts'
import type { ResourceType } from './resource-type.ts'
import { blocks, number, oneBlock, text, texts } from './shape.ts'

/** `aws_lb_listener_rule`. Where ECS shifts traffic, the stack ignores its action, whose weights a rollout rewrites. */
export const lbListenerRule: ResourceType = {
  label: 'ELBv2 Listener Rule',
  ...knownBy('listener_arn'),
  nameOf: ({ listener_arn, arn }) => String(listener_arn ?? arn),
  fromId: arn => ({ arn }),
  replaceOn: ['listener_arn', 'region'],
  create: async ({ balancers }, planned) => {
    const input = {
      ListenerArn: String(planned.listener_arn),
      Priority: number(planned.priority) ?? 1,
      Conditions: conditionsOf(planned),
      Actions: actionsOf(planned),
      Tags: lbTags(planned),
    }
    const { Rules } = await balancers.send(new CreateRuleCommand(input))
    const arn = Rules?.[0]?.RuleArn ?? ''
    return { id: arn, arn, priority: input.Priority }
  },
  read: async ({ balancers }, state) => {
    const seen = await found(balancers.send(new DescribeRulesCommand({ RuleArns: [String(state.arn)] })))
    const rule = seen?.Rules?.[0]
    if (rule === undefined) return null
    const seenBefore = state.listener_arn === null ? imported(rule) : {}
    return { ...seenBefore, priority: Number(rule.Priority), action: actionSeen(rule.Actions?.[0], state) }
  },
  update: async (aws, change) => {
    const { prior, planned, changed } = change
    const RuleArn = String(prior.arn)
    if (changed.has('tags_all')) await retagLb(aws, change)
    if (changed.has('priority')) {
      const RulePriorities = [{ RuleArn, Priority: number(planned.priority) ?? 1 }]
      await aws.balancers.send(new SetRulePrioritiesCommand({ RulePriorities }))
    }
    if (changed.has('action') || changed.has('condition')) {
      const Actions = actionsOf(planned)
      await aws.balancers.send(new ModifyRuleCommand({ RuleArn, Conditions: conditionsOf(planned), Actions }))
    }
    return {}
  },
  remove: async ({ balancers }, { arn }) => {
    await balancers.send(new DeleteRuleCommand({ RuleArn: String(arn) }))
  },
}

/** What an import finds besides. */
function imported({ RuleArn = '' }: Rule): State {
  const listener = RuleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '')
  return { id: RuleArn, arn: RuleArn, listener_arn: listener }
}

function conditionsOf({ condition }: State): RuleCondition[] {
  const values = (value: Value | undefined) => oneBlock(value, block => texts(block.values)) ?? []
  return blocks(condition).flatMap(block => {
    const [paths, hosts] = [values(block.path_pattern), values(block.host_header)]
    return [
      ...(paths.length > 0 ? [{ Field: 'path-pattern', Values: paths }] : []),
      ...(hosts.length > 0 ? [{ Field: 'host-header', Values: hosts }] : []),
    ]
  })
}

function actionsOf({ action }: State): Action[] {
  return blocks(action).map(block => {
    const TargetGroups = groupsOf(block).map(group => ({
      TargetGroupArn: String(group.arn),
      Weight: number(group.weight) ?? 1,
    }))
    const single = text(block.target_group_arn)
    if (TargetGroups.length === 0) return { Type: 'forward', TargetGroupArn: single }
    return { Type: 'forward', ForwardConfig: { TargetGroups } }
  })
}

function groupsOf(block: State): State[] {
  return oneBlock(block.forward, forward => blocks(forward.target_group)) ?? []
}

/** The action as it is now, in the form that the state has it in. */
function actionSeen(seen: Action | undefined, state: State): Value {
  const [block] = blocks(state.action)
  const tuples = seen?.ForwardConfig?.TargetGroups ?? []
  const [forward] = blocks(block?.forward)
  if (block === undefined || seen === undefined) return state.action ?? null
  if (forward === undefined && tuples.length < 2)
    return [{ ...block, target_group_arn: seen.TargetGroupArn ?? tuples[0]?.TargetGroupArn ?? null }]
  const target_group = tuples.map(({ TargetGroupArn = '', Weight = 1 }) => ({
    arn: TargetGroupArn,
    weight: Weight,
  }))
  // A set, which terraform keeps in the order of the state it knows.
  const known = groupsOf(block).map(({ arn }) => arn)
  const order = (arn: string) => (known.includes(arn) ? known.indexOf(arn) : known.length)
  target_group.sort((a, b) => order(a.arn) - order(b.arn))
  return [{ ...block, target_group_arn: null, forward: [{ stickiness: [], ...forward, target_group }] }]
}
