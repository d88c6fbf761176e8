import type { CommitSha } from '../names/commit.ts'

/** A commit with the paths in which it differs from its first parent; a root commit has no parent. */
export type HistoryEntry = {
  readonly commit: CommitSha
  readonly parent: CommitSha | undefined
  readonly paths: readonly string[]
}
