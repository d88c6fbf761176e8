import { findStored } from '../../artifacts/io/stores.ts'
import { commitName } from '../../artifacts/names.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import {
  findServiceAt,
  findSourceCommit,
  readServiceAt,
  type ServiceAt,
  unknownService,
} from '../../build/io/service-at-commit.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import type { Git } from '../../git/io/git.ts'
import { fetchMissing, type RemoteRefs, requireBranch } from '../../git/io/remote.ts'
import { localTag, requireCommit } from '../../git/io/revisions.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Workspace } from '../../workspace/io/workspace.ts'
import { type ReleaseSeen, tagState } from '../checks.ts'
import { chooseVersion, type KnownRelease, releasesOf, type WantedVersion } from '../version-choice.ts'
import { releaseBranchOf, releaseHeads } from './verified-tag.ts'

const longestPollMs = 5000

/** The commit that is to be released: the one that a person names, or the remote release branch's head. */
export async function findCommit(
  { git, environments }: Workspace,
  refs: RemoteRefs,
  named: string | undefined,
): Promise<CommitSha> {
  const heads = releaseHeads(environments, refs)
  await fetchMissing(git, new Map([...heads].map(([name, head]) => [`refs/heads/${name}`, head])))
  return named === undefined ? requireBranch(refs, mainBranch(environments)) : await requireCommit(git, named)
}

/** The services that a person names, as they are at the commit; every one that is missing is reported. */
export async function findServices(
  git: Git,
  named: readonly ServiceName[],
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

/** A release that somebody wants, before its artifact was looked for. */
export type Wanted = Omit<ReleaseSeen, 'built'> & { readonly config: ServiceAt['config'] }

/** Sees what there is of a service's release: tags here and on the remote, branch and source commit. */
export async function see(
  { git, environments }: Workspace,
  refs: RemoteRefs,
  at: ServiceAt,
  { commit, version, named }: { commit: CommitSha; version: WantedVersion; named: boolean },
): Promise<Wanted> {
  const { service, config } = at
  const releases = releasesOf(service, refs.tags)
  const last = releases.at(-1)
  const sourceCommit = await findSourceCommit(git, at, commit)
  // Pins move the branch's head: without COMMIT, what was tagged from the same source commit is this release.
  const isThis = async (one: KnownRelease | undefined) =>
    one?.commit === commit || (!named && one !== undefined && (await sourceOf(git, one)) === sourceCommit)
  const tag = chooseVersion(service, { last, lastIsThis: await isThis(last) }, version)
  const remoteTag = refs.tags.get(printTag(tag))
  const here = await localTag(git, printTag(tag))
  const made = remoteTag?.commit ?? (remoteTag === undefined ? here?.commit : undefined)
  const from = made !== undefined && (await isThis({ tag, commit: made })) ? made : commit
  const branch = await releaseBranchOf(git, releaseHeads(environments, refs), from)
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

/** Looks for the artifacts of some releases, and waits up to `waitMs` for those that are not stored yet. */
export async function withArtifacts(
  { stores, clock }: Workspace,
  wanted: readonly Wanted[],
  waitMs: number,
  progress: (text: string) => void,
): Promise<(ReleaseSeen & Wanted)[]> {
  const seen = wanted.map(one => ({
    ...one,
    name: commitName(one.tag.service, one.config, one.sourceCommit),
  }))
  const needed = seen.filter(one => tagState(one) !== 'released already').map(({ name }) => name)
  const end = clock.now() + waitMs
  for (;;) {
    const stored = await findStored(stores, needed)
    const left = end - clock.now()
    if (stored.size === needed.length || left <= 0) {
      return seen.map(({ name, ...one }) => ({ ...one, built: { name, stored: stored.has(name) } }))
    }
    const missing = needed.length - stored.size
    progress(`waiting for the build of ${missing} of ${needed.length}, ${Math.ceil(left / 1000)} s left`)
    await clock.sleep(Math.min(longestPollMs, waitMs / 10, left))
  }
}
