import { attemptAsync } from '../../base/attempt.ts'
import { backoff } from '../../base/clock.ts'
import { localTag } from '../../git/io/revisions.ts'
import { createTag, lostToAnother } from '../../git/io/write.ts'
import type { ObjectId } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import { decideTag, type TagsSeen } from '../decide-tag.ts'

const longestMs = 10_000
const longestPauseMs = 500

/**
 * Makes a release's tag in this clone. Where another run in the same clone makes it at the same moment, the tag is either
 * this release's too, or a conflict.
 */
export async function makeTag(
  { git, clock }: Pick<Project, 'git' | 'clock'>,
  seen: TagsSeen,
  message: string,
): Promise<ObjectId> {
  const name = printTag(seen.tag)
  const began = clock.now()
  for (let attempt = 0; ; attempt++) {
    const made = await attemptAsync(() => createTag(git, name, seen.commit, message))
    if ('value' in made) return made.value
    const decision = decideTag({ ...seen, localTag: await localTag(git, name) })
    if ('error' in decision) throw decision.error
    if (decision.step === 'create' && decision.made !== undefined) return decision.made
    if (!lostToAnother(made.error) || clock.now() - began > longestMs) throw made.error
    await clock.sleep(backoff(clock, attempt, longestPauseMs))
  }
}
