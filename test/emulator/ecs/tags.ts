import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { readInput, tagsSchema } from './input.ts'
import type { EcsState } from './state.ts'

const target = z.object({ resourceArn: z.string().min(1) })

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
  const { resourceArn, tags } = readInput(target.extend({ tags: tagsSchema }), input)
  setTags(state, resourceArn, tags)
  return {}
}

/** UntagResource. */
export function untagResource(state: EcsState, _: Identity, input: unknown): object {
  const { resourceArn, tagKeys } = readInput(target.extend({ tagKeys: z.array(z.string()) }), input)
  for (const key of tagKeys) state.tags.get(resourceArn)?.delete(key)
  return {}
}

/** ListTagsForResource. */
export function listTagsForResource(state: EcsState, _: Identity, input: unknown): object {
  return { tags: tagsOf(state, readInput(target, input).resourceArn) }
}
