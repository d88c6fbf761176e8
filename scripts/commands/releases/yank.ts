import { errorsOf, valueIn } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { type YankAnswer, yankAnswer } from '../../cli/answers/yank.ts'
import { action } from '../../cli/command.ts'
import { remoteRefs } from '../../git/io/remote.ts'
import { committer } from '../../git/io/revisions.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { readServicePins } from '../../pin/io/service-pins.ts'
import { openProject } from '../../project/io/project.ts'
import { releaseErrors } from '../../release/errors.ts'
import { meantRelease } from '../../release/io/meant-release.ts'
import { readRecord, readYank, writeYank } from '../../release/io/records.ts'
import { makeYank, printYankReason } from '../../release/yank.ts'
import type { YankOptions } from '../../yank.ts'

/** `make yank`. */
export const yank = action({
  answer: yankAnswer,
  async run({ TAG, REASON }: YankOptions, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const { git, environments, stores, clock } = project
    const refs = await remoteRefs(git)
    const release = await meantRelease(project, refs, TAG)
    const [record, before, pins] = await Promise.all([
      readRecord(stores, release),
      readYank(stores, release),
      // Read before anything is written: a yank cannot be undone.
      readServicePins(git, environments, refs, release.service),
    ])
    if (record === undefined) throw notReleased(release)
    const wanted = makeYank(release, {
      reason: REASON,
      by: await committer(git),
      at: clock.date().toISOString(),
    })
    const yank = before ?? (dryRun ? wanted : await writeYank(stores, release, wanted))
    const ours = yank.by === wanted.by && yank.at === wanted.at
    const tag = printTag(release)
    if (!ours) report.item('passed', `${tag} was already yanked: ${printYankReason(yank)}`)
    else if (dryRun) report.item('left out', `${tag} would be yanked: ${REASON}`)
    else report.item('passed', `${tag} is yanked: ${REASON}`)
    const pinnedIn = [...pins].flatMap(([name, pin]) => (valueIn(pin)?.tag === tag ? [name] : []))
    for (const environment of pinnedIn) {
      report.line(
        `  ${environment} is pinned to it: make pin ENV=${environment} TAG=… (ALLOW_OLDER=1 to go back)`,
      )
    }
    for (const { message } of errorsOf([...pins.values()])) report.item('failed', message)
    const result: YankAnswer['result'] = !ours ? 'already done' : dryRun ? 'would be created' : 'created'
    return { yank, pinnedIn, result }
  },
})

function notReleased(tag: ReleaseTag): UserError {
  return new UserError(
    releaseErrors['release-no-record'],
    `${printTag(tag)} is not released: it has no record`,
    {
      remedy:
        'There is nothing to yank. To stop a release before its promotion, remove its tag from the remote.',
    },
  )
}
