import { z } from 'zod'
import { joinErrors } from './base/join-errors.ts'
import { plain } from './base/printable.ts'
import { inputsMatcher } from './catalogue/inputs.ts'
import { type ReleaseAnswer, releaseAnswer } from './cli/answers/release.ts'
import { command } from './cli/command.ts'
import { duration, flag, serviceList, versionOrIncrement } from './cli/option-types.ts'
import { runIfMain } from './cli/process.ts'
import type { Reporter } from './cli/reporter.ts'
import type { Git } from './git/io/git.ts'
import { commitsBetween } from './git/io/history.ts'
import { fetchMissing, type RemoteRefs, remoteRefs } from './git/io/remote.ts'
import { createTag } from './git/io/write.ts'
import { short } from './names/commit.ts'
import { printTag } from './names/release-tag.ts'
import { checkRelease, type ReleaseSeen, tagMessage, tagState } from './release/checks.ts'
import { findCommit, findServices, see, type Wanted, withArtifacts } from './release/io/observe.ts'
import { publishTag } from './release/io/publish-tag.ts'
import { lastBefore, releasesOf } from './release/version-choice.ts'
import { openWorkspace } from './workspace/io/workspace.ts'

/** `make release`. */
export const release = command({
  name: 'release',
  summary:
    'Checks everything that a release rests on, then makes the annotated tag <service>-v<version> and pushes it.',
  examples: ['SERVICE=service-a VERSION=1.1.0'],
  options: {
    SERVICE: serviceList.describe('The service, or several with commas'),
    VERSION: versionOrIncrement.describe('The version, as in 1.1.0, or patch, minor, major for the next one'),
    COMMIT: z.string().optional().describe("The commit; the remote release branch's head when left out"),
    ALLOW_OLDER: flag.describe('1: the version may be lower than the last, for a patch of an older line'),
    WAIT: duration.optional().describe('How long to wait for a build that still runs, as in 10m'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  answer: releaseAnswer,
  async run(options, { report, dryRun, ...invocation }) {
    const workspace = await openWorkspace(invocation)
    const refs = await remoteRefs(workspace.git)
    const commit = await findCommit(workspace, refs, options.COMMIT)
    const services = await findServices(workspace.git, options.SERVICE, commit)
    const choice = { commit, version: options.VERSION, named: options.COMMIT !== undefined }
    const wanted = await Promise.all(services.map(one => see(workspace, refs, one, choice)))
    const seen = await withArtifacts(workspace, wanted, options.WAIT ?? 0, sayOnce(report))
    check(seen, { allowOlder: options.ALLOW_OLDER, branches: workspace.environments.releaseBranches }, report)
    const results = []
    for (const one of seen) results.push(await make(workspace.git, refs, one, { report, dryRun }))
    return { releases: results }
  },
})

// A log shows no progress, and nobody should wonder for ten minutes.
function sayOnce(report: Reporter): (text: string) => void {
  let said = false
  return text => {
    if (said) report.progress(text)
    else report.line(text)
    said = true
  }
}

function check(
  seen: readonly ReleaseSeen[],
  options: { allowOlder: boolean; branches: readonly string[] },
  report: Reporter,
): void {
  const errors = seen.flatMap(one => {
    report.line(report.paint('bold', `${one.tag.service} ${one.tag.version} at ${short(one.commit)}`))
    report.item('passed', `${one.tag.service} exists at ${short(one.commit)}`)
    const checks = checkRelease(one, options)
    for (const { title, error } of checks) report.item(error === undefined ? 'passed' : 'failed', title)
    return checks.flatMap(({ error }) => error ?? [])
  })
  joinErrors(errors)
}

async function make(
  git: Git,
  refs: RemoteRefs,
  seen: ReleaseSeen & Wanted,
  { report, dryRun }: { report: Reporter; dryRun: boolean },
): Promise<ReleaseAnswer['releases'][number]> {
  const name = printTag(seen.tag)
  const result = {
    tag: name,
    service: seen.tag.service,
    version: seen.tag.version,
    commit: seen.commit,
    sourceCommit: seen.sourceCommit,
  }
  if (tagState(seen) === 'released already') {
    report.line(
      `${name} is released already, from this very commit. Next: make promote TAG=${name}, unless CI has done it.`,
    )
    return { ...result, result: 'already done' }
  }
  const message = await composeMessage(git, refs, seen)
  if (dryRun) {
    report.line(`Would make and push the tag ${name}:\n\n${message}`)
    return { ...result, message, result: 'would be created' }
  }
  const object = seen.localTag?.object ?? (await createTag(git, name, seen.commit, message))
  const outcome = await publishTag(git, seen.tag, { object, commit: seen.commit })
  report.item(
    'passed',
    outcome === 'pushed'
      ? `pushed ${name}`
      : `${name} was pushed by somebody else meanwhile, for the same commit`,
  )
  report.line(`CI promotes it now; by hand: make promote TAG=${name}`)
  return { ...result, result: outcome === 'pushed' ? 'created' : 'already done' }
}

async function composeMessage(git: Git, refs: RemoteRefs, { tag, config, commit }: Wanted): Promise<string> {
  const before = lastBefore(releasesOf(tag.service, refs.tags), tag.version)
  if (before !== undefined)
    await fetchMissing(git, new Map([[`refs/tags/${printTag(before.tag)}`, before.commit]]))
  const matches = inputsMatcher(tag.service, config)
  const commits = await commitsBetween(git, before?.commit, commit)
  const touched = commits.filter(({ paths }) => paths.some(matches))
  return tagMessage(
    tag,
    before?.tag,
    touched.map(one => ({ ...one, subject: plain(one.subject) })),
  )
}

await runIfMain(import.meta, release)
