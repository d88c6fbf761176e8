import { UserError } from '../../base/user-error.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { readAt } from '../../git/io/files.ts'
import { commitsChanging, isAncestor } from '../../git/io/history.ts'
import { fetchHead, remoteRefs } from '../../git/io/remote.ts'
import { requireCommit } from '../../git/io/revisions.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import { type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import { readYank } from '../../release/io/records.ts'
import type { Workspace } from '../../workspace/io/workspace.ts'
import { pinErrors } from '../errors.ts'
import { earlierTags, type Pin, parsePin, pinPath } from '../pin.ts'

/** The release to go back to, and the one that it takes the place of. */
export type PreviousPin = { readonly tag: ReleaseTag; readonly present: string }

/**
 * Finds the release that was pinned before the present one: in the history of the pin's file on the remote's main
 * branch, the newest earlier one that was not yanked. With `at` the history ends at that commit, so
 * that asking again, after the pin has moved, gives the same answer.
 */
export async function findPreviousPin(
  workspace: Workspace,
  environment: string,
  name: ServiceName,
  at: string | undefined,
): Promise<PreviousPin> {
  const { git, environments } = workspace
  const head = await fetchHead(git, await remoteRefs(git), mainBranch(environments))
  const from = at === undefined ? head : await requireCommit(git, at)
  if (!(await isAncestor(git, from, head))) throw notOnBranch(from, mainBranch(environments))
  const history = await pinHistory(workspace, environment, name, from)
  const present = history[0]?.tag
  if (present === undefined) {
    throw new UserError(
      pinErrors['pin-missing'],
      `${name} has no pin in ${environment}, so there is none before it`,
      {
        remedy: `make pin ENV=${environment} TAG=<service>-v<version>`,
      },
    )
  }
  for (const tag of earlierTags(history.map(one => one.tag))) {
    const release = parseTag(tag)
    if (release === undefined) continue
    if ((await readYank(workspace.stores, release)) === undefined) return { tag: release, present }
  }
  throw new UserError(
    pinErrors['pin-no-previous'],
    `nothing that can be used was pinned in ${environment} before ${present}`,
    {
      cause: 'the history of its pin names no other release, or only yanked ones',
      remedy: `Name the release: make pin ENV=${environment} TAG=… ALLOW_OLDER=1`,
    },
  )
}

function notOnBranch(commit: CommitSha, branch: string): UserError {
  return new UserError(
    pinErrors['pin-commit'],
    `the commit ${short(commit)} is not on ${branch}, so its pins count for nothing`,
    {
      remedy: `Name a commit of ${branch}, or leave COMMIT out.`,
    },
  )
}

/** What a service was pinned to, newest first. What is not a pin (a conflict that was committed) is left out. */
async function pinHistory(
  { git }: Workspace,
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
  return texts.flatMap(text => (text === undefined ? [] : (readPin(text, path) ?? [])))
}

function readPin(text: string, path: string): Pin | undefined {
  try {
    return parsePin(text, path)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
