import { publishPin } from './adapters/publish-pin.ts'
import { readRecord, readYank } from './adapters/records.ts'
import { openWorkspace } from './adapters/workspace.ts'
import { runCommand } from './cli/command.ts'
import { environmentName, flag, releaseTagOption } from './cli/option-types.ts'
import { type Environments, mainBranch } from './core/environments.ts'
import { makePin, pinPath } from './core/pin.ts'
import type { ReleaseRecord } from './core/release-record.ts'
import { printTag, type ReleaseTag } from './core/release-tag.ts'
import { UserError } from './core/user-error.ts'
import { isPreRelease } from './core/version.ts'
import { refuseYanked } from './core/yank.ts'

await runCommand({
  name: 'pin',
  summary:
    'Says which release an environment should run: one file, one commit, pushed to the release branch.',
  options: {
    ENV: environmentName.describe('The environment, as in staging'),
    TAG: releaseTagOption.describe('The release, as in service-a-v1.1.0'),
    ALLOW_OLDER: flag.describe('1: the release may be older than the pinned one'),
  },
  async run({ ENV, TAG, ALLOW_OLDER }, { report, dryRun, ...invocation }) {
    const workspace = await openWorkspace(invocation)
    checkEnvironment(workspace.environments, ENV, TAG)
    const { stores } = workspace
    const [found, yank] = await Promise.all([readRecord(stores, TAG), readYank(stores, TAG)])
    const record = requireRecord(found, TAG)
    if (yank !== undefined) throw refuseYanked(TAG, yank)
    const path = pinPath(ENV, TAG.service)
    const branch = mainBranch(workspace.environments)
    const pin = makePin(record)
    const done = await publishPin(workspace, {
      environment: ENV,
      record,
      pin,
      path,
      branch,
      allowOlder: ALLOW_OLDER,
      dryRun,
      report,
    })
    const tag = printTag(TAG)
    if (done.result === 'already done') report.item('passed', `${ENV} is pinned to ${tag} already`)
    else if (dryRun)
      report.item('left out', `${ENV} would be pinned to ${tag} (before: ${done.from ?? 'nothing'})`)
    else
      report.item(
        'passed',
        `${ENV} is pinned to ${tag} (before: ${done.from ?? 'nothing'}), pushed to ${branch}`,
      )
    if (done.result === 'created')
      report.line(`Your own branch and files were left alone: git pull brings the pin.`)
    return { environment: ENV, path, pin, ...done }
  },
})

function checkEnvironment({ environments }: Environments, name: string, tag: ReleaseTag): void {
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (environment === undefined) {
    throw new UserError(`there is no environment ${name}`, {
      remedy: `cdktf/environments.json has: ${Object.keys(environments).join(', ') || 'none'}`,
    })
  }
  if (environment.preReleases || !isPreRelease(tag.version)) return
  throw new UserError(`${name} takes no pre-releases, and ${printTag(tag)} is one`, {
    reason: `preReleases is false for ${name} in cdktf/environments.json`,
    remedy: `Release the final version: make release SERVICE=${tag.service} VERSION=patch`,
    refusal: 'refused',
  })
}

function requireRecord(record: ReleaseRecord | undefined, tag: ReleaseTag): ReleaseRecord {
  if (record !== undefined) return record
  throw new UserError(`${printTag(tag)} is not released: it has no record`, {
    remedy: `make promote TAG=${printTag(tag)}, then pin it.`,
    refusal: 'notReady',
  })
}
