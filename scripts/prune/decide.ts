import type { RegisteredRevision } from '../kinds/kind.ts'

/** What keeps a revision: its number of the newest, what was applied, and the tags that are pinned. */
export type Keeping = {
  readonly newest: number
  /** The revision that was applied last. */
  readonly applied: string
  readonly pinnedTags: readonly string[]
}

/** What to remove of a service's revisions, and what stays. */
export type Pruning = {
  readonly kept: readonly RegisteredRevision[]
  readonly removed: readonly RegisteredRevision[]
}

/** Keeps the newest revisions and each one that a pointer or a pin names; `all` is sorted, newest first. */
export function decidePruning(all: readonly RegisteredRevision[], keeping: Keeping): Pruning {
  const isKept = ({ revision, tag, pointers }: RegisteredRevision, index: number) =>
    index < keeping.newest ||
    pointers.length > 0 ||
    revision === keeping.applied ||
    (tag !== undefined && keeping.pinnedTags.includes(tag))
  return {
    kept: all.filter(isKept),
    removed: all.filter((one, index) => !isKept(one, index)),
  }
}
