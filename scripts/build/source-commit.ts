import type { InputsMatcher } from '../catalogue/inputs.ts'
import type { HistoryEntry } from '../git/history-entry.ts'
import type { CommitSha } from '../names/commit.ts'

/** How far a search for source commits has got; it reads the history newest commit first. */
export type SourceCommitSearch<Key> = {
  readonly found: ReadonlyMap<Key, CommitSha>
  readonly open: ReadonlyMap<Key, InputsMatcher>
}

/** Begins the search for the source commits of some services. */
export function beginSearch<Key>(inputs: ReadonlyMap<Key, InputsMatcher>): SourceCommitSearch<Key> {
  return { found: new Map(), open: inputs }
}

/** Takes the next commits of the history, newest first; a service is found at the first that changed its inputs. */
export function searchFurther<Key>(
  search: SourceCommitSearch<Key>,
  entries: readonly HistoryEntry[],
): SourceCommitSearch<Key> {
  const found = new Map(search.found)
  const open = new Map(search.open)
  for (const { commit, paths } of entries) {
    for (const [key, matches] of open) {
      if (!paths.some(matches)) continue
      found.set(key, commit)
      open.delete(key)
    }
    if (open.size === 0) break
  }
  return { found, open }
}
