import { readServiceAt, type ServiceAt } from '../../build/io/service-at-commit.ts'
import { findSourceCommit } from '../../build/io/source-commit.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { refuseInputs } from '../../catalogue/inputs.ts'
import { allFilesAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { fetchMissing, type RemoteRefs, requireBranch } from '../../git/io/remote.ts'
import { localTag, requireCommit } from '../../git/io/revisions.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import type { ReleaseSeen } from '../checks.ts'
import { chooseVersion, type KnownRelease, releasesOf, type WantedVersion } from '../version-choice.ts'
import { releaseBranchOf, releaseHeads } from './verified-tag.ts'

/** What a person wants to release: a version of a service at a commit. */
export type WantedRelease = {
  readonly at: ServiceAt
  readonly commit: CommitSha
  readonly version: WantedVersion
  /** Whether the person named the commit. */
  readonly isNamed: boolean
}

/** A release that somebody wants, before its artifact was looked for. */
export type UnbuiltRelease = Omit<ReleaseSeen, 'built'> & { readonly config: ServiceAt['config'] }

/** The commit to release: the one that a person names, or the head of the remote's release branch. */
export async function chooseCommit(
  { git, environments }: Project,
  refs: RemoteRefs,
  named: string | undefined,
): Promise<CommitSha> {
  const heads = releaseHeads(environments, refs)
  await fetchMissing(git, new Map([...heads].map(([name, head]) => [`refs/heads/${name}`, head])))
  return named === undefined ? requireBranch(refs, mainBranch(environments)) : await requireCommit(git, named)
}

/** Reads what there is of a wanted release: its tags here and on the remote, its branch and its source commit. */
export async function observeRelease(
  { git, environments }: Project,
  refs: RemoteRefs,
  wanted: WantedRelease,
): Promise<UnbuiltRelease> {
  const { service, config } = wanted.at
  const sourceCommit = await findSourceCommit(git, wanted.at, wanted.commit)
  const last = releasesOf(service, refs.tags).at(-1)
  const isThis = (one: KnownRelease) => isSameRelease(git, one, wanted, sourceCommit)
  const lastIsThis = last !== undefined && (await isThis(last))
  const tag = chooseVersion(service, { last, lastIsThis }, wanted.version)
  const remoteTag = refs.tags.get(printTag(tag))
  const here = await localTag(git, printTag(tag))
  const made = (remoteTag ?? here)?.commit
  const commit = made !== undefined && (await isThis({ tag, commit: made })) ? made : wanted.commit
  const branch = await releaseBranchOf(git, releaseHeads(environments, refs), commit)
  const inputsFault = refuseInputs(service, config, await allFilesAt(git, commit))
  return {
    tag,
    config,
    commit,
    branch,
    last: last?.tag.version,
    remoteTag,
    localTag: here,
    sourceCommit,
    inputsFault,
  }
}

/** Pins move the branch's head: without COMMIT, a release that was tagged from the same source commit is this one. */
async function isSameRelease(
  git: Git,
  one: KnownRelease,
  { commit, isNamed }: WantedRelease,
  sourceCommit: CommitSha,
): Promise<boolean> {
  if (one.commit === commit) return true
  return !isNamed && (await sourceOf(git, one)) === sourceCommit
}

async function sourceOf(git: Git, { tag, commit }: KnownRelease): Promise<CommitSha | undefined> {
  await fetchMissing(git, new Map([[`refs/tags/${printTag(tag)}`, commit]]))
  const config = await readServiceAt(git, tag.service, commit).catch(() => undefined)
  return config && (await findSourceCommit(git, { service: tag.service, config }, commit))
}
