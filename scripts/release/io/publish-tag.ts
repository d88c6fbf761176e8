import { plainLines } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { type Git, GitFailure } from '../../git/io/git.ts'
import { explainRemote, remoteName, remoteRefs } from '../../git/io/remote.ts'
import { pushTag, removeTag } from '../../git/io/write.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { releaseErrors } from '../errors.ts'

/**
 * Pushes a tag of this clone, alone, and finds out how that really ended when the push failed. A tag that is
 * certainly not on the remote is removed here too, so that a refused release leaves nothing behind.
 */
export async function publishTag(
  git: Git,
  tag: ReleaseTag,
  made: { object: ObjectId; commit: CommitSha },
): Promise<'pushed' | 'there'> {
  const name = printTag(tag)
  const push = await pushTag(git, name, made.object)
  if (push.ok) return 'pushed'
  const failure = new GitFailure('push', push.said)
  const refs = await remoteRefs(git).catch(() => {
    throw explainRemote(failure, `did not answer to the push of ${name}; the tag stays in this clone`)
  })
  const there = refs.tags.get(name)
  if (there?.object === made.object) return 'pushed'
  await removeTag(git, name, made.object)
  if (there === undefined) throw refusedPush(name, failure)
  if (there.commit === made.commit) return 'there'
  throw new UserError(
    releaseErrors['release-conflict'],
    `${name} was released meanwhile by somebody else, from another commit`,
    {
      cause: `the tag on the remote names ${there.commit ?? there.object}; this would have been ${made.commit}`,
      remedy: 'A release never changes: take the next version.',
    },
  )
}

function refusedPush(name: string, failure: GitFailure): unknown {
  if (!/remote rejected|declined|protected|\[rejected\]/i.test(failure.said)) {
    return explainRemote(failure, `did not take the tag ${name}`)
  }
  return new UserError(
    releaseErrors['release-tag-rejected'],
    `the remote ${remoteName} refuses the tag ${name}`,
    {
      cause: plainLines(failure.said),
      remedy:
        "Ask whoever keeps the remote's rules (a tag ruleset, a hook) for the right to make release tags.",
    },
  )
}
