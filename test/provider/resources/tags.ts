import type { Change } from './resource-type.ts'
import { textMap } from './shape.ts'

/** The tags that a change sets and removes. */
export function tagChanges({ prior, planned }: Change): { set: Record<string, string>; gone: string[] } {
  const before = textMap(prior.tags_all) ?? {}
  const after = textMap(planned.tags_all) ?? {}
  return {
    set: Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value)),
    gone: Object.keys(before).filter(name => !(name in after)),
  }
}

/** Converts a map of tags to the list that most services use. */
export function tagList(tags: Record<string, string> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
}

/** Converts a list of tags to a map. */
export function tagMap(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
) {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}
