import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { findBuilt } from './adapters/artifacts.ts'
import { commitsBetween, type Git, resolveCommit, unknownCommit } from './adapters/git.ts'
import { fetchMissing, localTag, type RemoteRefs, remoteName, remoteRefs } from './adapters/git-remote.ts'
import { createTag } from './adapters/git-write.ts'
import { publishTag } from './adapters/publish-tag.ts'
import {
  findServiceAt,
  findSourceCommit,
  readServiceAt,
  type ServiceAt,
  unknownService,
} from './adapters/service-at.ts'
import { releaseBranchOf, releaseHeads } from './adapters/verified-tag.ts'
import { openWorkspace, type Workspace } from './adapters/workspace.ts'
import { runCommand } from './cli/command.ts'
import { duration, flag, serviceList, versionOrIncrement } from './cli/option-types.ts'
import type { Reporter } from './cli/reporter.ts'
import { commitName } from './core/artifact-names.ts'
import { type CommitSha, short } from './core/commit.ts'
import { mainBranch } from './core/environments.ts'
import { inputsMatcher } from './core/inputs.ts'
import { joinErrors } from './core/join-errors.ts'
import { plain } from './core/printable.ts'
import { checkRelease, type ReleaseSeen, tagMessage, tagState } from './core/release-checks.ts'
import { printTag } from './core/release-tag.ts'
import { UserError } from './core/user-error.ts'
import {
  chooseVersion,
  type KnownRelease,
  lastBefore,
  releasesOf,
  type WantedVersion,
} from './core/version-choice.ts'

await runCommand({
  name: 'release',
  summary:
    'Checks everything that a release rests on, then makes the annotated tag <service>-v<version> and pushes it.',
  options: {
    SERVICE: serviceList.describe('The service, or several with commas'),
    VERSION: versionOrIncrement.describe('The version, as in 1.1.0, or patch, minor, major for the next one'),
    COMMIT: z.string().optional().describe("The commit; the remote release branch's head when left out"),
    ALLOW_OLDER: flag.describe('1: the version may be lower than the last, for a patch of an older line'),
    WAIT: duration.optional().describe('How long to wait for a build that still runs, as in 10m'),
  },
  async run(options, { report, dryRun, ...invocation }) {
    const workspace = await openWorkspace(invocation)
    const refs = await remoteRefs(workspace.git)
    const commit = await findCommit(workspace, refs, options.COMMIT)
    const services = await findServices(workspace.git, options.SERVICE, commit)
    const choice = { commit, version: options.VERSION, named: options.COMMIT !== undefined }
    const wanted = await Promise.all(services.map(one => see(workspace, refs, one, choice)))
    const seen = await withArtifacts(workspace, wanted, options.WAIT ?? 0, report)
    check(seen, { allowOlder: options.ALLOW_OLDER, branches: workspace.environments.releaseBranches }, report)
    const results = []
    for (const one of seen) results.push(await make(workspace.git, refs, one, { report, dryRun }))
    return { releases: results }
  },
})

async function findCommit(
  { git, environments }: Workspace,
  refs: RemoteRefs,
  named: string | undefined,
): Promise<CommitSha> {
  const branch = mainBranch(environments)
  const heads = releaseHeads(environments, refs)
  await fetchMissing(git, new Map([...heads].map(([name, head]) => [`refs/heads/${name}`, head])))
  if (named !== undefined) {
    const commit = await resolveCommit(git, named)
    if (commit === undefined) throw unknownCommit(named)
    return commit
  }
  const head = refs.branches.get(branch)
  if (head !== undefined) return head
  throw new UserError(`the remote ${remoteName} has no branch ${branch}`, {
    remedy: `Push it, or name the branch in releaseBranches of cdktf/environments.json, or give COMMIT=…`,
  })
}

async function findServices(
  git: Git,
  named: z.output<typeof serviceList>,
  commit: CommitSha,
): Promise<ServiceAt[]> {
  const found = await Promise.all(
    named.map(
      async name => (await findServiceAt(git, name, commit)) ?? (await unknownService(git, name, commit)),
    ),
  )
  joinErrors(found.filter(one => one instanceof UserError))
  const services = found as ServiceAt[]
  return [...new Map(services.map(one => [one.service, one])).values()]
}

type Wanted = Omit<ReleaseSeen, 'built'> & { readonly config: ServiceAt['config'] }

async function see(
  { git, environments }: Workspace,
  refs: RemoteRefs,
  at: ServiceAt,
  { commit, version, named }: { commit: CommitSha; version: WantedVersion; named: boolean },
): Promise<Wanted> {
  const { service, config } = at
  const releases = releasesOf(service, refs.tags)
  const last = releases.at(-1)
  const sourceCommit = await findSourceCommit(git, at, commit)
  // Pins move the branch's head: without COMMIT, what was released from the same source commit is this release.
  const isThis = async (one: KnownRelease | undefined) =>
    one?.commit === commit || (!named && one !== undefined && (await sourceOf(git, one)) === sourceCommit)
  const tag = chooseVersion(service, { last, lastIsThis: await isThis(last) }, version)
  const existing = releases.find(one => printTag(one.tag) === printTag(tag))
  const from = existing !== undefined && (await isThis(existing)) ? existing.commit : commit
  const [branch, here] = await Promise.all([
    releaseBranchOf(git, releaseHeads(environments, refs), from),
    localTag(git, printTag(tag)),
  ])
  const remoteTag = refs.tags.get(printTag(tag))
  return {
    tag,
    config,
    commit: from,
    branch,
    last: last?.tag.version,
    remoteTag,
    localTag: here,
    sourceCommit,
  }
}

async function sourceOf(git: Git, { tag, commit }: KnownRelease): Promise<CommitSha | undefined> {
  await fetchMissing(git, new Map([[`refs/tags/${printTag(tag)}`, commit]]))
  const config = await readServiceAt(git, tag.service, commit).catch(() => undefined)
  return config && (await findSourceCommit(git, { service: tag.service, config }, commit))
}

async function withArtifacts(
  { stores, clock }: Workspace,
  wanted: readonly Wanted[],
  waitMs: number,
  report: Reporter,
): Promise<(ReleaseSeen & Wanted)[]> {
  const names = wanted.map(one => commitName(one.tag.service, one.config, one.sourceCommit))
  const end = clock.now() + waitMs
  for (;;) {
    const stored = await findBuilt(stores, names)
    const missing = names.length - stored.size
    const left = end - clock.now()
    if (missing === 0 || left <= 0) {
      return wanted.map((one, index) => {
        const name = names[index] as (typeof names)[number]
        return { ...one, built: { name, stored: stored.has(name) } }
      })
    }
    report.progress(
      `waiting for the build of ${missing} of ${names.length}, ${Math.ceil(left / 1000)} s left`,
    )
    await setTimeout(Math.min(5000, waitMs / 10))
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
) {
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
