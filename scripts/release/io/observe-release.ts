import { readServiceAt, type ServiceAt } from '../../build/io/service-at-commit.ts'
import { findSources, type ServiceIn } from '../../build/io/source-commit.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { refuseInputs } from '../../catalogue/inputs.ts'
import { ancestorsAmong } from '../../git/io/ancestry.ts'
import { allFilesAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { fetchMissing, type RemoteRefs, requireBranch } from '../../git/io/remote.ts'
import { commitMessage, localTag, localTagsBelow, requireCommit } from '../../git/io/revisions.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import { type ReleaseSeen, skipsCiIn } from '../checks.ts'
import {
  chooseVersion,
  type KnownRelease,
  lightweightTags,
  releasesOf,
  type WantedVersion,
} from '../version-choice.ts'
import { storedLists } from './listed-inputs.ts'
import { readRecord } from './records.ts'
import { releasedSources } from './released-sources.ts'
import { releaseBranchOf, releaseHeads } from './verified-tag.ts'

/** What a person wants to release: a version of a service at a commit. */
export type WantedRelease = {
  readonly at: ServiceAt
  readonly commit: CommitSha
  readonly sourceCommit: CommitSha
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
  { git, environments, stores }: Project,
  refs: RemoteRefs,
  wanted: WantedRelease,
): Promise<UnbuiltRelease> {
  const { service, config } = wanted.at
  const { sourceCommit } = wanted
  const releases = releasesOf(service, refs.tags)
  await fetchReleases(git, releases)
  const within = async (commit: CommitSha) => {
    const contained = await ancestorsAmong(
      git,
      releases.map(one => one.commit),
      [commit],
    )
    return releases.filter(one => contained.has(one.commit))
  }
  const contained = await within(wanted.commit)
  const sourceOf = (one: KnownRelease) => sourceCommitOf({ git, stores }, refs, one)
  const isThis = (one: KnownRelease) => isSameRelease(one, wanted, sourceOf)
  const lastOne = contained.at(-1)
  const lastIsThis = lastOne !== undefined && (await isThis(lastOne))
  const tag = chooseVersion(service, { contained, lastIsThis }, wanted.version)
  const name = printTag(tag)
  const remoteTag = refs.tags.get(name)
  const [here, record, blocking] = await Promise.all([
    localTag(git, name),
    readRecord(stores, tag),
    localTagsBelow(git, `${name}/`),
  ])
  const made = (remoteTag ?? here)?.commit
  const commit = made !== undefined && (await isThis({ tag, commit: made })) ? made : wanted.commit
  const last = releases.at(-1)
  return {
    tag,
    config,
    commit,
    branch: await releaseBranchOf(git, releaseHeads(environments, refs), commit),
    last: last && { version: last.tag.version, isContained: (await within(commit)).includes(last) },
    remoteTag,
    localTag: here,
    record,
    inTheWay: {
      here: [...blocking.keys()],
      remote: [...refs.tags.keys()].filter(one => one.startsWith(`${name}/`)),
    },
    lightweight: lightweightTags(service, refs.tags),
    skipsCi: skipsCiIn(await commitMessage(git, commit)),
    sourceCommit,
    inputsFault: refuseInputs(service, config, await allFilesAt(git, commit)),
  }
}

async function fetchReleases(git: Git, releases: readonly KnownRelease[]): Promise<void> {
  await fetchMissing(git, new Map(releases.map(({ tag, commit }) => [`refs/tags/${printTag(tag)}`, commit])))
}

/** Pins move the branch's head: without COMMIT, a release that was tagged from the same source commit is this one. */
async function isSameRelease(
  one: KnownRelease,
  { commit, isNamed, sourceCommit }: WantedRelease,
  sourceOf: (one: KnownRelease) => Promise<CommitSha | undefined>,
): Promise<boolean> {
  if (one.commit === commit) return true
  return !isNamed && (await sourceOf(one)) === sourceCommit
}

async function sourceCommitOf(
  { git, stores }: Pick<Project, 'git' | 'stores'>,
  refs: RemoteRefs,
  { tag, commit }: KnownRelease,
): Promise<CommitSha | undefined> {
  const { service } = tag
  const config = await readServiceAt(git, service, commit).catch(() => undefined)
  if (config === undefined) return undefined
  const stops = releasedSources<ServiceIn>({ stores }, async () => refs.tags)
  const listed = storedLists<ServiceIn>({ stores }, () => tag)
  const found = await findSources(git, [{ service, config, commit }], { stops, listed })
  return [...found.values()][0]
}
