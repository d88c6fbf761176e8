import { type Decision, type Refused, refuse } from '../base/decision.ts'
import { type ErrorDetails, UserError } from '../base/user-error.ts'
import type { TagRef } from '../git/tag-ref.ts'
import type { CommitSha, ObjectId } from '../names/commit.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import { releaseErrors } from './errors.ts'
import type { ReleaseRecord } from './record.ts'

/** A release's tag as it should be, and as it is here and on the remote. */
export type TagsSeen = {
  readonly tag: ReleaseTag
  readonly commit: CommitSha
  readonly remoteTag: TagRef | undefined
  readonly localTag: TagRef | undefined
  /** The release's record: with one it exists, whatever became of its tag. */
  readonly record: ReleaseRecord | undefined
  /** Tags such as `service-a-v1.1.0/x`, beside which git cannot have this one. */
  readonly inTheWay: { readonly here: readonly string[]; readonly remote: readonly string[] }
}

/** What to do about a release's tag: push it, and first make it unless an earlier run has (`made`). */
export type TagDecision = Decision<{ readonly made: ObjectId | undefined }>

/** Decides about a release's tag; what the remote has counts more than what this clone has. */
export function decideTag(seen: TagsSeen): TagDecision {
  const { tag, commit, remoteTag, localTag, record } = seen
  if (record !== undefined && remoteTag?.object !== record.tagObject) return decideRecorded(seen, record)
  if (remoteTag?.commit === commit) return { step: 'already done' }
  if (remoteTag !== undefined) return remoteConflict(tag, commit, remoteTag)
  const blocked = tagInTheWay(seen)
  if (blocked !== undefined) return blocked
  if (localTag === undefined || localTag.commit === commit) return { step: 'create', made: localTag?.object }
  const name = printTag(tag)
  return refused('release-conflict', `this clone has a tag ${name} that is not this release`, {
    cause: `it names ${target(localTag)}; the remote has no such tag`,
    remedy: `If no other run is releasing it right now: git tag -d ${name}, then run this again.`,
  })
}

function decideRecorded({ tag, commit, remoteTag, localTag }: TagsSeen, record: ReleaseRecord): TagDecision {
  const name = printTag(tag)
  if (remoteTag === undefined && localTag?.object === record.tagObject && commit === record.commit)
    return { step: 'create', made: record.tagObject }
  const cause = `its record names the tag object ${record.tagObject}, of commit ${record.commit}`
  const restore = `git push origin ${record.tagObject}:refs/tags/${name}, from a clone that still has it.`
  if (remoteTag === undefined)
    return refused('release-tag-removed', `${name} was already released, but its tag is not on the remote`, {
      cause,
      remedy: `Put it back: ${restore} A release never changes, so for another commit use the next version.`,
    })
  return refused('release-tag-moved', `${name} was released, but its tag on the remote is another one`, {
    cause: `${cause}; the remote has ${remoteTag.object}`,
    remedy: `Find out who moved it. Remove it there, and put the first one back: ${restore}`,
  })
}

function tagInTheWay({ tag, inTheWay: { here, remote } }: TagsSeen): Refused | undefined {
  const [first] = [...remote, ...here]
  if (first === undefined) return undefined
  const removals = [
    ...remote.map(name => `git push origin :refs/tags/${name}`),
    ...here.map(name => `git tag -d ${name}`),
  ]
  return refused('release-tag-blocked', `the tag ${first} is in the way of ${printTag(tag)}`, {
    cause: 'git keeps tags like files, and a file cannot have the name of a folder',
    remedy: `Remove it (${removals.join(' && ')}), then run this again.`,
  })
}

function remoteConflict(tag: ReleaseTag, commit: CommitSha, remoteTag: TagRef): Refused {
  const name = printTag(tag)
  if (remoteTag.commit === undefined)
    return refused('release-tag-invalid', `the tag ${name} on the remote is not a release`, {
      cause: `it is a lightweight tag of ${remoteTag.object}: nothing says who made it and when`,
      remedy: `Remove it (git push origin :refs/tags/${name}) and run this again, or release as the next version.`,
    })
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
