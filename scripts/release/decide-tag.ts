import { type Decision, type Refused, refuse } from '../base/decision.ts'
import { type ErrorDetails, UserError } from '../base/user-error.ts'
import type { TagRef } from '../git/tag-ref.ts'
import type { CommitSha, ObjectId } from '../names/commit.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import { releaseErrors } from './errors.ts'

/** A release's tag as it should be, and as it is here and on the remote. */
export type TagsSeen = {
  readonly tag: ReleaseTag
  readonly commit: CommitSha
  readonly remoteTag: TagRef | undefined
  readonly localTag: TagRef | undefined
}

/** What to do about a release's tag: push it, and first make it unless an earlier run has (`made`). */
export type TagDecision = Decision<{ readonly made: ObjectId | undefined }>

/** Decides about a release's tag; what the remote has counts more than what this clone has. */
export function decideTag({ tag, commit, remoteTag, localTag }: TagsSeen): TagDecision {
  if (remoteTag?.commit === commit) return { step: 'already done' }
  if (remoteTag !== undefined) return remoteConflict(tag, commit, remoteTag)
  if (localTag === undefined || localTag.commit === commit) return { step: 'create', made: localTag?.object }
  const name = printTag(tag)
  return refused('release-conflict', `this clone has a tag ${name} that is not this release`, {
    cause: `it names ${target(localTag)}; the remote has no such tag`,
    remedy: `git tag -d ${name}, then run this again.`,
  })
}

function remoteConflict(tag: ReleaseTag, commit: CommitSha, remoteTag: TagRef): Refused {
  const name = printTag(tag)
  if (remoteTag.object === commit)
    return refused(
      'release-tag-invalid',
      `the tag ${name} on the remote is for this commit, but not annotated`,
      {
        cause: 'nothing says who made it and when, so it is not a release',
        remedy: `Remove it (git push origin :refs/tags/${name}) and run this again, or release it as the next version.`,
      },
    )
  return refused('release-conflict', `${name} was already released, from another commit`, {
    cause: `the tag on the remote names ${target(remoteTag)}; this release is for ${commit}`,
  })
}

function target({ object, commit }: TagRef): string {
  return commit ?? `${object}, and is not annotated`
}

function refused(code: keyof typeof releaseErrors, problem: string, details: ErrorDetails): Refused {
  return refuse(new UserError(releaseErrors[code], problem, details))
}
