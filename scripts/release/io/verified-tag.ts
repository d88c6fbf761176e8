import { type Attempt, attemptAsync, errorsOf, unwrap, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { serviceFile } from '../../catalogue/inputs.ts'
import { releaseBranchMatcher } from '../../catalogue/release-branches.ts'
import { ancestorsAmong } from '../../git/io/ancestry.ts'
import { remoteName } from '../../git/io/explain-remote.ts'
import type { Git } from '../../git/io/git.ts'
import { isAncestor, readHistory } from '../../git/io/history.ts'
import { expectObjects } from '../../git/io/objects.ts'
import { fetchMissing, type RemoteRefs } from '../../git/io/remote.ts'
import { isCommit, localTag } from '../../git/io/revisions.ts'
import type { TagRef } from '../../git/tag-ref.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { short } from '../../names/commit.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import { releaseErrors } from '../errors.ts'
import { isRecorded } from '../record.ts'
import { readRecord } from './records.ts'

/** A release's tag that holds on the remote: annotated, unmoved, and on a release branch or with a record. */
export type VerifiedTag = {
  readonly tag: ReleaseTag
  readonly tagObject: ObjectId
  readonly commit: CommitSha
}

/** Verifies tags against the remote's refs; throws the errors of all that fail together. */
export async function verifyTags(
  project: Project,
  refs: RemoteRefs,
  tags: readonly ReleaseTag[],
): Promise<VerifiedTag[]> {
  const verified = await attemptToVerify(project, refs, tags)
  joinErrors(errorsOf(verified))
  return valuesOf(verified)
}

/** The same, tag by tag: what fails is the tag's own answer. Objects that are missing here are fetched at once. */
export async function attemptToVerify(
  project: Project,
  refs: RemoteRefs,
  tags: readonly ReleaseTag[],
): Promise<Attempt<VerifiedTag>[]> {
  const { git, environments } = project
  const heads = releaseHeads(environments, refs)
  const known = tags.flatMap((tag): [string, TagRef, ReleaseTag][] => {
    const ref = refs.tags.get(printTag(tag))
    return ref === undefined ? [] : [[`refs/tags/${printTag(tag)}`, ref, tag]]
  })
  const local = tags.map(tag => attemptAsync(() => localTag(git, printTag(tag))))
  expectObjects(
    git,
    known.flatMap(([, ref, tag]) => wantedOf(tag, ref)),
  )
  const branches = [...heads].map(([branch, head]) => [`refs/heads/${branch}`, head] as const)
  const objects = known.map(([name, { object }]) => [name, object] as const)
  await fetchMissing(git, new Map<string, ObjectId>([...objects, ...branches]))
  const unmoved = await Promise.all(
    tags.map((tag, index) =>
      attemptAsync(async () => verify(git, refs, tag, unwrap((await local[index]) ?? none))),
    ),
  )
  const onBranch = await commitsOn(project, heads, valuesOf(unmoved))
  return await Promise.all(
    unmoved.map(async one => {
      if ('error' in one || onBranch.has(one.value.commit)) return one
      return await attemptAsync(() => requireRecord(project, one.value))
    }),
  )
}

const none: Attempt<TagRef | undefined> = { value: undefined }

/** What a promotion asks of a tag: one process reads it with the rest. */
function wantedOf({ service }: ReleaseTag, { commit }: TagRef): string[] {
  return commit === undefined ? [] : [commit, `${commit}:${serviceFile(service)}`]
}

async function verify(
  git: Git,
  refs: RemoteRefs,
  tag: ReleaseTag,
  local: TagRef | undefined,
): Promise<VerifiedTag> {
  const remote = annotatedTag(refs, tag)
  verifyUnmoved(tag, remote, local)
  await verifyCommit(git, tag, remote.commit)
  return { tag, tagObject: remote.object, commit: remote.commit }
}

/** The commits of tags that are on a release branch. */
async function commitsOn(
  { git, environments }: Project,
  heads: ReadonlyMap<string, CommitSha>,
  tags: readonly VerifiedTag[],
): Promise<ReadonlySet<ObjectId>> {
  const commits = tags.map(({ commit }) => commit)
  const all = [...heads.values()]
  const main = heads.get(mainBranch(environments))
  // Most are among the last commits, whose history is wanted anyway.
  if (main !== undefined && commits.some(commit => !all.includes(commit)))
    await readHistory(git, { from: [main], most: recent })
  return await ancestorsAmong(git, commits, all)
}

const recent = 200

async function requireRecord({ environments, stores }: Project, verified: VerifiedTag): Promise<VerifiedTag> {
  const { tag, commit } = verified
  if (isRecorded(await readRecord(stores, tag), verified)) return verified
  throw onNoReleaseBranch(printTag(tag), commit, environments)
}

/** The heads of the remote's release branches. */
export function releaseHeads(environments: Environments, refs: RemoteRefs): Map<string, CommitSha> {
  const matches = releaseBranchMatcher(environments.releaseBranches)
  return new Map([...refs.branches].filter(([branch]) => matches(branch)))
}

/** The first release branch that holds a commit; undefined when none does. */
export async function releaseBranchOf(
  git: Git,
  heads: ReadonlyMap<string, CommitSha>,
  commit: CommitSha,
): Promise<string | undefined> {
  for (const [branch, head] of heads) if (head === commit) return branch
  for (const [branch, head] of heads) if (await isAncestor(git, commit, head)) return branch
  return undefined
}

function annotatedTag(refs: RemoteRefs, tag: ReleaseTag): TagRef & { commit: CommitSha } {
  const name = printTag(tag)
  const remote = refs.tags.get(name)
  if (remote === undefined) {
    throw new UserError(releaseErrors['release-no-tag'], `the remote ${remoteName} has no tag ${name}`, {
      remedy: `make release SERVICE=${tag.service} VERSION=${tag.version} makes and pushes it.`,
    })
  }
  const { commit } = remote
  if (commit !== undefined) return { ...remote, commit }
  throw new UserError(
    releaseErrors['release-tag-invalid'],
    `${name} is not an annotated tag of a commit on the remote ${remoteName}`,
    {
      cause: `it names ${remote.object} directly, so nothing says who released it and when`,
      remedy: `Remove it (git push ${remoteName} :refs/tags/${name}) and release with make release SERVICE=${tag.service} VERSION=${tag.version}.`,
    },
  )
}

/** A tag can also name a file or a folder. */
async function verifyCommit(git: Git, tag: ReleaseTag, commit: CommitSha): Promise<void> {
  if (await isCommit(git, commit)) return
  throw new UserError(
    releaseErrors['release-tag-invalid'],
    `the tag ${printTag(tag)} on the remote ${remoteName} names no commit`,
    {
      cause: `${commit} is not a commit`,
      remedy: `Remove it (git push ${remoteName} :refs/tags/${printTag(tag)}) and release with make release.`,
    },
  )
}

function verifyUnmoved(tag: ReleaseTag, remote: TagRef, local: TagRef | undefined): void {
  const name = printTag(tag)
  if (local === undefined || local.object === remote.object) return
  throw new UserError(
    releaseErrors['release-tag-moved'],
    `the tag ${name} was moved: it differs here and on the remote ${remoteName}`,
    {
      cause: `here it names the object ${local.object}, on the remote ${remote.object}`,
      remedy: `Find out who moved it. If the remote is right: git tag -d ${name}, then run this again.`,
    },
  )
}

function onNoReleaseBranch(what: string, commit: CommitSha, environments: Environments): UserError {
  const branches = environments.releaseBranches.join(', ')
  return new UserError(
    releaseErrors['release-branch'],
    `${what} is on no release branch of the remote ${remoteName}`,
    {
      cause: `the commit ${short(commit)} is in none of: ${branches}`,
    },
  )
}
