import type { Identity } from '../iam/identities.ts'
import type { Xml } from '../protocol/xml.ts'
import { groupsNamed, rulesNamed } from './find.ts'
import { readInput } from './input.ts'
import type { BalancerState } from './state.ts'
import { addTagsSchema, describeTagsSchema, removeTagsSchema } from './write-input.ts'

/** AddTags, to rules and target groups: the load balancers themselves are not made here. */
export function addTags(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { ResourceArns, Tags } = readInput(addTagsSchema, input)
  for (const arn of existing(state, identity, ResourceArns)) setTags(state, arn, Tags)
  return {}
}

/** RemoveTags. */
export function removeTags(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { ResourceArns, TagKeys } = readInput(removeTagsSchema, input)
  for (const arn of existing(state, identity, ResourceArns)) {
    for (const key of TagKeys) state.tags.get(arn)?.delete(key)
  }
  return {}
}

/** DescribeTags. */
export function describeTags(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { ResourceArns } = readInput(describeTagsSchema, input)
  const member = existing(state, identity, ResourceArns).map(ResourceArn => {
    const tags = [...(state.tags.get(ResourceArn) ?? [])].map(([Key, Value]) => ({ Key, Value }))
    return { ResourceArn, Tags: { member: tags } }
  })
  return { TagDescriptions: { member } }
}

/** Adds tags to those that something has. */
export function setTags(
  state: BalancerState,
  arn: string,
  tags: readonly { Key: string; Value: string }[],
): void {
  const known = state.tags.get(arn) ?? new Map<string, string>()
  for (const { Key, Value } of tags) known.set(Key, Value)
  state.tags.set(arn, known)
}

function existing(state: BalancerState, identity: Identity, arns: string[]): string[] {
  for (const arn of arns) {
    if (arn.includes(':listener-rule/')) rulesNamed(state, identity, [arn])
    else groupsNamed(state, identity, [arn])
  }
  return arns
}
