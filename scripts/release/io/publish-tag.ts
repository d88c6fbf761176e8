import { UserError } from '../../base/user-error.ts'
import { explainPush, lookAfterPush, pushTag } from '../../git/io/push.ts'
import { removeTag } from '../../git/io/write.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import { releaseErrors } from '../errors.ts'

/**
 * Pushes one tag of this clone; the remote's refs say how that really ended. A tag that is certainly not on the remote
 * is removed here too, so that a rejected release leaves nothing behind.
 */
export async function publishTag(
  { git, clock }: Pick<Project, 'git' | 'clock'>,
  tag: ReleaseTag,
  made: { object: ObjectId; commit: CommitSha },
): Promise<'created' | 'already done'> {
  const name = printTag(tag)
  const push = await pushTag(git, name, made.object)
  const { refs, landed } = await lookAfterPush(
    { git, clock },
    push,
    `the push of ${name}; the tag stays in this clone`,
    ({ tags }) => tags.get(name)?.object === made.object,
  )
  if (landed) return 'created'
  await removeTag(git, name, made.object)
  const there = refs.tags.get(name)
  if (there === undefined) {
    const { 'release-tag-rejected': code } = releaseErrors
    throw await explainPush(git, push, `the tag ${name}`, { code, remedy: code.remedy })
  }
  if (there.commit === made.commit) return 'already done'
  throw new UserError(
    releaseErrors['release-conflict'],
    `${name} was just released by someone else, from another commit`,
    { cause: `the tag on the remote names ${there.commit ?? there.object}; this one names ${made.commit}` },
  )
}
