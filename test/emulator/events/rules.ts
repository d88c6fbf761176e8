import type { Identity } from '../iam/identities.ts'
import { AwsError } from '../protocol/protocol.ts'
import * as schemas from './input.ts'
import { readInput } from './input.ts'
import { unknownIn } from './pattern.ts'
import { type EventsState, type Rule, ruleArn } from './state.ts'

/** PutRule: a new rule, or another pattern of one, which keeps its targets. */
export function putRule(state: EventsState, { account, region }: Identity, input: unknown): object {
  const settings = readInput(schemas.putRuleSchema, input)
  const owner = { account, region }
  const arn = ruleArn(owner, settings.Name)
  const fault = unknownIn(parsed(settings.EventPattern))
  if (fault !== undefined) throw new AwsError('InvalidEventPatternException', 400, fault)
  const known = state.rules.get(arn)
  const tags = known?.tags ?? new Map(settings.Tags.map(({ Key, Value }) => [Key, Value]))
  state.rules.set(arn, { arn, owner, settings, targets: known?.targets ?? new Map(), tags })
  return { RuleArn: arn }
}

/** DescribeRule. */
export function describeRule(state: EventsState, identity: Identity, input: unknown): object {
  const { arn, owner, settings } = existing(state, identity, readInput(schemas.ruleSchema, input).Name)
  const { Tags: _, ...shown } = settings
  return { ...shown, Arn: arn, EventBusName: 'default', CreatedBy: owner.account }
}

/** DeleteRule, which refuses one that still has targets; one that is gone is fine. */
export function deleteRule(state: EventsState, identity: Identity, input: unknown): object {
  const { Name } = readInput(schemas.ruleSchema, input)
  const arn = ruleArn(identity, Name)
  if ((state.rules.get(arn)?.targets.size ?? 0) > 0)
    throw new AwsError('ValidationException', 400, "Rule can't be deleted since it has targets.")
  state.rules.delete(arn)
  return {}
}

/** PutTargets. */
export function putTargets(state: EventsState, identity: Identity, input: unknown): object {
  const { Rule, Targets } = readInput(schemas.putTargetsSchema, input)
  const { targets } = existing(state, identity, Rule)
  for (const target of Targets) targets.set(target.Id, target)
  return { FailedEntryCount: 0, FailedEntries: [] }
}

/** ListTargetsByRule. */
export function listTargets(state: EventsState, identity: Identity, input: unknown): object {
  const { Rule } = readInput(schemas.listTargetsSchema, input)
  return { Targets: [...existing(state, identity, Rule).targets.values()] }
}

/** RemoveTargets. */
export function removeTargets(state: EventsState, identity: Identity, input: unknown): object {
  const { Rule, Ids } = readInput(schemas.removeTargetsSchema, input)
  const { targets } = existing(state, identity, Rule)
  for (const id of Ids) targets.delete(id)
  return { FailedEntryCount: 0, FailedEntries: [] }
}

/** TagResource. */
export function tagResource(state: EventsState, _: Identity, input: unknown): object {
  const { ResourceARN, Tags } = readInput(schemas.tagSchema, input)
  const { tags } = tagged(state, ResourceARN)
  for (const { Key, Value } of Tags) tags.set(Key, Value)
  return {}
}

/** UntagResource. */
export function untagResource(state: EventsState, _: Identity, input: unknown): object {
  const { ResourceARN, TagKeys } = readInput(schemas.untagSchema, input)
  const { tags } = tagged(state, ResourceARN)
  for (const key of TagKeys) tags.delete(key)
  return {}
}

/** ListTagsForResource. */
export function listTags(state: EventsState, _: Identity, input: unknown): object {
  const { tags } = tagged(state, readInput(schemas.resourceSchema, input).ResourceARN)
  return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}

function parsed(pattern: string): unknown {
  try {
    return JSON.parse(pattern)
  } catch {
    return undefined
  }
}

function existing(state: EventsState, identity: Identity, name: string): Rule {
  return state.rules.get(ruleArn(identity, name)) ?? missing(name)
}

function tagged(state: EventsState, arn: string): Rule {
  return state.rules.get(arn) ?? missing(arn.slice(arn.lastIndexOf('/') + 1))
}

function missing(name: string): never {
  throw new AwsError('ResourceNotFoundException', 400, `Rule ${name} does not exist on EventBus default.`)
}
