import type { CommitSha, ObjectId } from '../names/commit.ts'

/** What a tag names, here or on the remote; `commit` is undefined for a tag that is not annotated. */
export type TagRef = { readonly object: ObjectId; readonly commit: CommitSha | undefined }
