import { UserError } from '../../base/user-error.ts'
import type { Git } from '../../git/io/git.ts'
import { explainPush, pushTag } from '../../git/io/push.ts'
import { explainRemote, remoteRefs } from '../../git/io/remote.ts'
import { removeTag } from '../../git/io/write.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { releaseErrors } from '../errors.ts'

/**
 * Pushes one tag of this clone; when the push fails, the remote's refs say how it really ended. A tag that is certainly
 * not on the remote is removed here too, so that a rejected release leaves nothing behind.
 */
export async function publishTag(
  git: Git,
  tag: ReleaseTag,
  made: { object: ObjectId; commit: CommitSha },
): Promise<'created' | 'already done'> {
  const name = printTag(tag)
  const push = await pushTag(git, name, made.object)
  if ('value' in push) return 'created'
  const refs = await remoteRefs(git).catch(() => {
    throw explainRemote(push.error, `did not answer after the push of ${name}; the tag stays in this clone`)
  })
  const there = refs.tags.get(name)
  if (there?.object === made.object) return 'created'
  await removeTag(git, name, made.object)
  if (there === undefined) {
    const { 'release-tag-rejected': code } = releaseErrors
    throw explainPush(push.error, `the tag ${name}`, { code, remedy: code.remedy })
  }
  if (there.commit === made.commit) return 'already done'
  throw new UserError(
    releaseErrors['release-conflict'],
    `${name} was just released by someone else, from another commit`,
    { cause: `the tag on the remote names ${there.commit ?? there.object}; this one names ${made.commit}` },
  )
}
