import { z } from 'zod'
import { UserError } from './base/user-error.ts'
import { findEnvironment, mainBranch } from './catalogue/environments.ts'
import { pinAnswer } from './cli/answers/pin.ts'
import { command } from './cli/command.ts'
import { environmentName, flag, releaseTagOption, serviceList } from './cli/option-types.ts'
import { runIfMain } from './cli/process.ts'
import type { Reporter } from './cli/reporter.ts'
import { printTag, type ReleaseTag } from './names/release-tag.ts'
import type { ServiceName } from './names/service-name.ts'
import { isPreRelease } from './names/version.ts'
import { pinErrors } from './pin/errors.ts'
import { findPreviousPin, type PreviousPin } from './pin/io/previous.ts'
import { type ProposalResult, proposePin } from './pin/io/propose.ts'
import { publishPin } from './pin/io/publish.ts'
import { makePin, pinPath } from './pin/pin.ts'
import { readRecord, readYank } from './release/io/records.ts'
import type { ReleaseRecord } from './release/record.ts'
import { refuseYanked } from './release/yank.ts'
import { openWorkspace, type Workspace } from './workspace/io/workspace.ts'

/** `make pin`. */
export const pin = command({
  name: 'pin',
  summary:
    'Says which release an environment should run: one file, one commit, pushed to the release branch.',
  examples: ['ENV=staging TAG=service-a-v1.1.0', 'ENV=prod PREVIOUS=service-a'],
  options: {
    ENV: environmentName.describe('The environment, as in staging'),
    TAG: releaseTagOption.optional().describe('The release, as in service-a-v1.1.0'),
    PREVIOUS: serviceList
      .optional()
      .describe('In place of TAG, a service: the release that was pinned before the present one'),
    COMMIT: z
      .string()
      .optional()
      .describe(
        'With PREVIOUS: the present one is that of this commit, so that a second run changes nothing',
      ),
    ALLOW_OLDER: flag.describe('1: the release may be older than the pinned one; PREVIOUS implies it'),
    PR: flag.describe('1: push a branch for a pull request instead, where the release branch is protected'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  answer: pinAnswer,
  async run({ ENV, TAG, PREVIOUS, COMMIT, ALLOW_OLDER, PR }, { report, dryRun, ...invocation }) {
    const workspace = await openWorkspace(invocation)
    const { preReleases } = findEnvironment(workspace.environments, ENV)
    const { tag, present } = await chooseRelease(workspace, ENV, { TAG, PREVIOUS, COMMIT })
    if (!preReleases) refusePreRelease(ENV, tag)
    const { stores } = workspace
    const [found, yank] = await Promise.all([readRecord(stores, tag), readYank(stores, tag)])
    const record = requireRecord(found, tag)
    if (yank !== undefined) throw refuseYanked(tag, yank)
    const path = pinPath(ENV, tag.service)
    const branch = mainBranch(workspace.environments)
    const pin = makePin(record)
    const allowOlder = ALLOW_OLDER || present !== undefined
    const wanted = { environment: ENV, record, pin, path, branch, allowOlder, present, dryRun, report }
    const done = PR ? await proposePin(workspace, wanted) : await publishPin(workspace, wanted)
    tell(report, done, { environment: ENV, tag: printTag(tag), branch })
    return { environment: ENV, service: tag.service, path, pin, ...done }
  },
})

type Wish = {
  readonly TAG: ReleaseTag | undefined
  readonly PREVIOUS: readonly ServiceName[] | undefined
  readonly COMMIT: string | undefined
}

async function chooseRelease(
  workspace: Workspace,
  environment: string,
  { TAG, PREVIOUS, COMMIT }: Wish,
): Promise<Omit<PreviousPin, 'present'> & Partial<PreviousPin>> {
  const [service, ...others] = PREVIOUS ?? []
  if (TAG !== undefined && service === undefined && COMMIT === undefined) return { tag: TAG }
  if (TAG === undefined && service !== undefined && others.length === 0)
    return await findPreviousPin(workspace, environment, service, COMMIT)
  throw new UserError(pinErrors['pin-ambiguous'], 'what is to be pinned is not clear', {
    cause:
      'TAG names a release, and PREVIOUS one service whose release before is meant; COMMIT belongs to PREVIOUS',
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
    const state = result === 'created' ? 'proposed' : 'proposed already'
    report.item('passed', `${environment}: the pin of ${tag} is ${state}, on the branch ${proposal.branch}`)
    const where = proposal.address ?? `from ${proposal.branch} to ${branch}`
    report.line(`Nothing is pinned before it is merged. Open the pull request: ${where}`)
  } else if (result === 'already done') {
    report.item('passed', `${environment} is pinned to ${tag} already`)
  } else {
    report.item('passed', `${environment} is pinned to ${tag} ${before}, pushed to ${branch}`)
    report.line('Your own branch and files were left alone: git pull brings the pin.')
  }
}

function refusePreRelease(name: string, tag: ReleaseTag): void {
  if (!isPreRelease(tag.version)) return
  throw new UserError(
    pinErrors['pin-pre-release'],
    `${name} takes no pre-releases, and ${printTag(tag)} is one`,
    {
      cause: `preReleases is false for ${name} in cdktf/environments.json`,
      remedy: `Release the final version: make release SERVICE=${tag.service} VERSION=patch`,
    },
  )
}

function requireRecord(record: ReleaseRecord | undefined, tag: ReleaseTag): ReleaseRecord {
  if (record !== undefined) return record
  throw new UserError(pinErrors['pin-not-released'], `${printTag(tag)} is not released: it has no record`, {
    remedy: `make promote TAG=${printTag(tag)}, then pin it.`,
  })
}

await runIfMain(import.meta, pin)
