import type { CommitSha } from '../names/commit.ts'

/** A commit of the first-parent history, with the paths in which it differs from its first parent. */
export type HistoryEntry = { readonly commit: CommitSha; readonly paths: readonly string[] }
