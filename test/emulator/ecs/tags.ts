import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { ecsError } from './errors.ts'
import { readInput, tagsSchema } from './input.ts'
import type { EcsState } from './state.ts'

const target = z.object({ resourceArn: z.string() })
const tagSchema = target.extend({ tags: tagsSchema })
const untagSchema = target.extend({ tagKeys: z.array(z.string().min(1).max(128)).max(50) })

/** Adds tags to whatever has this ARN. */
export function setTags(state: EcsState, arn: string, tags: z.output<typeof tagsSchema>): void {
  const kept = state.tags.get(arn) ?? new Map<string, string>()
  for (const { key, value } of tags) kept.set(key, value)
  state.tags.set(arn, kept)
}

/** The tags of whatever has this ARN, as ECS prints them. */
export function tagsOf(state: EcsState, arn: string): { key: string; value: string }[] {
  return [...(state.tags.get(arn) ?? [])].map(([key, value]) => ({ key, value }))
}

/** TagResource. */
export function tagResource(state: EcsState, _: Identity, input: unknown): object {
  const { resourceArn, tags } = readInput(tagSchema, input)
  setTags(state, existing(state, resourceArn), tags)
  return {}
}

/** UntagResource. */
export function untagResource(state: EcsState, _: Identity, input: unknown): object {
  const { resourceArn, tagKeys } = readInput(untagSchema, input)
  const tags = state.tags.get(existing(state, resourceArn))
  for (const key of tagKeys) tags?.delete(key)
  return {}
}

/** ListTagsForResource. */
export function listTagsForResource(state: EcsState, _: Identity, input: unknown): object {
  return { tags: tagsOf(state, existing(state, readInput(target, input).resourceArn)) }
}

/** An ARN of something that is there (Amazon ECS API reference, TagResource, Errors). */
function existing(state: EcsState, arn: string): string {
  const [, familyArn = '', revision] = /^(.*):(\d+)$/.exec(arn) ?? []
  const isDefinition = state.families.get(familyArn)?.[Number(revision) - 1] !== undefined
  if (isDefinition || state.clusters.has(arn) || state.services.has(arn)) return arn
  throw ecsError('ResourceNotFoundException', "The specified resource couldn't be found.")
}
