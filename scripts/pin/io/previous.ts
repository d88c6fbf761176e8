import { attempt, valueIn } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { readAt } from '../../git/io/files.ts'
import { commitsChanging, isAncestor } from '../../git/io/history.ts'
import { fetchHead, remoteRefs } from '../../git/io/remote.ts'
import { requireCommit } from '../../git/io/revisions.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import { type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import type { Project } from '../../project/io/project.ts'
import { readYank } from '../../release/io/records.ts'
import { pinErrors } from '../errors.ts'
import { earlierTags, type Pin, parsePin, pinPath } from '../pin.ts'

/** The release to go back to, and the tag of the one that it takes the place of. */
export type PreviousPin = { readonly tag: ReleaseTag; readonly present: string }

/**
 * Finds the release that was pinned before the current one: the newest earlier one that was not yanked, in the history
 * of the pin's file on the remote's main branch. With `at` the history ends at that commit, so that asking again after
 * the pin has moved gives the same answer.
 */
export async function findPreviousPin(
  project: Project,
  environment: string,
  name: ServiceName,
  at: string | undefined,
): Promise<PreviousPin> {
  const from = await startOfHistory(project, at)
  const tags = (await pinHistory(project, environment, name, from)).map(({ tag }) => tag)
  const [present] = tags
  if (present === undefined) throw neverPinned(environment, name)
  for (const release of earlierTags(tags).flatMap(tag => parseTag(tag) ?? []))
    if ((await readYank(project.stores, release)) === undefined) return { tag: release, present }
  throw new UserError(
    pinErrors['pin-no-previous'],
    `no usable release was pinned in ${environment} before ${present}`,
    {
      cause: 'the history of its pin names no other release, or only yanked ones',
      remedy: `Name the release: make pin ENV=${environment} TAG=… ALLOW_OLDER=1`,
    },
  )
}

async function startOfHistory({ git, environments }: Project, at: string | undefined): Promise<CommitSha> {
  const branch = mainBranch(environments)
  const head = await fetchHead(git, await remoteRefs(git), branch)
  if (at === undefined) return head
  const commit = await requireCommit(git, at)
  if (await isAncestor(git, commit, head)) return commit
  throw new UserError(
    pinErrors['pin-commit'],
    `the commit ${short(commit)} is not on ${branch}, the branch of the pins`,
    { remedy: `Name a commit of ${branch}, or leave COMMIT out.` },
  )
}

function neverPinned(environment: string, name: ServiceName): UserError {
  return new UserError(
    pinErrors['pin-missing'],
    `${name} has no pin in ${environment}, so there is none before it`,
    { remedy: `make pin ENV=${environment} TAG=<service>-v<version>` },
  )
}

/** What a service was pinned to, newest first; leaves out what is not a pin, such as a committed merge conflict. */
async function pinHistory(
  { git }: Project,
  environment: string,
  name: ServiceName,
  from: CommitSha,
): Promise<Pin[]> {
  const paths = serviceCandidates(name).map(service => pinPath(environment, service))
  const found = await Promise.all(paths.map(path => readAt(git, from, path)))
  const path = paths[found.findIndex(text => text !== undefined)]
  if (path === undefined) return []
  const commits = await commitsChanging(git, from, path)
  const texts = await Promise.all(commits.map(commit => readAt(git, commit, path)))
  return texts.flatMap(text =>
    text === undefined ? [] : (valueIn(attempt(() => parsePin(text, path))) ?? []),
  )
}
