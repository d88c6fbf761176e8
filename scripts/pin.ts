import { z } from 'zod'
import { UserError } from './base/user-error.ts'
import { findEnvironment, mainBranch } from './catalogue/environments.ts'
import { pinAnswer } from './cli/answers/pin.ts'
import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/process.ts'
import { environmentName, flag, releaseTagOption, serviceList } from './cli/option-types.ts'
import type { Reporter } from './cli/reporter.ts'
import { remoteRefs } from './git/io/remote.ts'
import { printTag, type ReleaseTag } from './names/release-tag.ts'
import type { ServiceName } from './names/service-name.ts'
import { pinErrors } from './pin/errors.ts'
import { findPreviousPin, type PreviousPin } from './pin/io/previous.ts'
import { type ProposalResult, proposePin } from './pin/io/propose.ts'
import { publishPin } from './pin/io/publish.ts'
import { makePin, pinPath } from './pin/pin.ts'
import { requireAccepted } from './pin/pre-release.ts'
import { openProject, type Project } from './project/io/project.ts'
import { meantRelease } from './release/io/meant-release.ts'
import { readRecord, readYank } from './release/io/records.ts'
import type { ReleaseRecord } from './release/record.ts'
import { refuseYanked } from './release/yank.ts'

/** `make pin`. */
export const pin = command({
  name: 'pin',
  summary:
    'Sets the release that an environment should run: one file, one commit, pushed to the release branch.',
  examples: ['ENV=staging TAG=service-a-v1.1.0', 'ENV=prod PREVIOUS=service-a'],
  options: {
    ENV: environmentName.describe('The environment, as in staging'),
    TAG: releaseTagOption.optional().describe('The release, as in service-a-v1.1.0'),
    PREVIOUS: serviceList
      .optional()
      .describe('Instead of TAG, a service: pins the release that was pinned before the current one'),
    COMMIT: z
      .string()
      .optional()
      .describe(
        'With PREVIOUS: go back from the release pinned at this commit, so that a second run changes nothing. An argument, not from the environment',
      ),
    ALLOW_OLDER: flag.describe('1: allow a release older than the pinned one; PREVIOUS implies it'),
    PR: flag.describe('1: push a branch for a pull request instead, for a protected release branch'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  answer: pinAnswer,
  async run({ ENV, TAG, PREVIOUS, COMMIT, ALLOW_OLDER, PR }, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const { environments } = project
    findEnvironment(environments, ENV)
    const { tag: named, present } = await chooseRelease(project, ENV, { TAG, PREVIOUS, COMMIT })
    requireAccepted(environments, ENV, named)
    const record = await requireUsable(project, named)
    const { tag } = record
    const allowOlder = ALLOW_OLDER || present !== undefined
    const wanted = { environment: ENV, record, allowOlder, present }
    const done = PR
      ? await proposePin(project, wanted, { dryRun })
      : await publishPin(project, wanted, { dryRun, progress: report.progress })
    tell(report, done, { environment: ENV, tag: printTag(tag), branch: mainBranch(environments) })
    return {
      environment: ENV,
      service: tag.service,
      path: pinPath(ENV, tag.service),
      pin: makePin(record),
      ...done,
    }
  },
})

type Wish = {
  readonly TAG: ReleaseTag | undefined
  readonly PREVIOUS: readonly ServiceName[] | undefined
  readonly COMMIT: string | undefined
}

async function chooseRelease(
  project: Project,
  environment: string,
  { TAG, PREVIOUS, COMMIT }: Wish,
): Promise<Omit<PreviousPin, 'present'> & Partial<PreviousPin>> {
  const [service, ...others] = PREVIOUS ?? []
  if (TAG !== undefined && service === undefined && COMMIT === undefined) return { tag: TAG }
  if (TAG === undefined && service !== undefined && others.length === 0)
    return await findPreviousPin(project, environment, service, COMMIT)
  throw new UserError(pinErrors['pin-ambiguous'], 'it is not clear which release to pin', {
    cause: 'pin takes either TAG, a release, or PREVIOUS, one service; COMMIT goes with PREVIOUS',
    remedy: `make pin ENV=${environment} TAG=service-a-v1.1.0, or make pin ENV=${environment} PREVIOUS=a`,
  })
}

type Wanted = { readonly environment: string; readonly tag: string; readonly branch: string }

function tell(report: Reporter, done: ProposalResult, { environment, tag, branch }: Wanted): void {
  const { result, from, proposal } = done
  const before = `(before: ${from ?? 'nothing'})`
  if (result === 'would be created') {
    const where = proposal === undefined ? '' : `, by a pull request from ${proposal.branch}`
    report.item('left out', `${environment} would be pinned to ${tag} ${before}${where}`)
  } else if (proposal !== undefined) {
    const state = result === 'created' ? 'proposed' : 'already proposed'
    report.item('passed', `${environment}: the pin of ${tag} is ${state}, on the branch ${proposal.branch}`)
    const where = proposal.address ?? `from ${proposal.branch} to ${branch}`
    report.line(`Nothing is pinned until it is merged. Open the pull request: ${where}`)
  } else if (result === 'already done') {
    report.item('passed', `${environment} is already pinned to ${tag}`)
  } else {
    report.item('passed', `${environment} is pinned to ${tag} ${before}, pushed to ${branch}`)
    report.line('Your branch and files were not touched; git pull brings the pin.')
  }
}

async function requireUsable(project: Project, named: ReleaseTag): Promise<ReleaseRecord> {
  const { git, stores } = project
  const [record, yank] = await Promise.all([readRecord(stores, named), readYank(stores, named)])
  if (record === undefined) {
    const tag = await meantRelease(project, await remoteRefs(git), named)
    if (printTag(tag) === printTag(named)) throw notReleased(tag)
    return await requireUsable(project, tag)
  }
  if (yank !== undefined) throw refuseYanked(named, yank)
  return record
}

function notReleased(tag: ReleaseTag): UserError {
  return new UserError(pinErrors['pin-not-released'], `${printTag(tag)} is not released: it has no record`, {
    remedy: `make promote TAG=${printTag(tag)}, then pin it.`,
  })
}

await runIfMain(import.meta, pin)
