import { errorsOf, valueIn } from './base/attempt.ts'
import { UserError } from './base/user-error.ts'
import { type YankAnswer, yankAnswer } from './cli/answers/yank.ts'
import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/process.ts'
import { oneLine, releaseTagOption } from './cli/option-types.ts'
import { committer } from './git/io/git.ts'
import { remoteRefs } from './git/io/remote.ts'
import { printTag, type ReleaseTag } from './names/release-tag.ts'
import { readServicePins } from './pin/io/service-pins.ts'
import type { ServicePins } from './pin/pin.ts'
import { openProject, type Project } from './project/io/project.ts'
import { releaseErrors } from './release/errors.ts'
import { readRecord, readYank, writeYank } from './release/io/records.ts'
import { makeYank, printYankReason } from './release/yank.ts'

/** `make yank`. */
export const yank = command({
  name: 'yank',
  summary: 'Permanently marks a release as bad: it can no longer be pinned, and nothing is deleted.',
  examples: ["TAG=service-a-v1.1.0 REASON='loses orders'"],
  options: {
    TAG: releaseTagOption.describe('The release, as in service-a-v1.1.0'),
    REASON: oneLine.describe('Why it is bad, for anyone who wants to use it'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  answer: yankAnswer,
  async run({ TAG, REASON }, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const { git, stores, clock } = project
    const [record, before, pins] = await Promise.all([
      readRecord(stores, TAG),
      readYank(stores, TAG),
      readPins(project, TAG),
    ])
    if (record === undefined) throw notReleased(TAG)
    const wanted = makeYank(TAG, { reason: REASON, by: await committer(git), at: clock.date().toISOString() })
    const yank = before ?? (dryRun ? wanted : await writeYank(stores, TAG, wanted))
    const ours = yank.by === wanted.by && yank.at === wanted.at
    const tag = printTag(TAG)
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

// Read before anything is written: a yank cannot be undone.
async function readPins({ git, environments }: Project, { service }: ReleaseTag): Promise<ServicePins> {
  return await readServicePins(git, environments, await remoteRefs(git), service)
}

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

await runIfMain(import.meta, yank)
