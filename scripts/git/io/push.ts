import { constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { canAccess } from '../../base/io/can-access.ts'
import type { ErrorCode } from '../../base/user-error.ts'
import { UserError } from '../../base/user-error.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'
import { explainRemote, remoteName } from './explain-remote.ts'
import { type Git, GitFailure } from './git.ts'
import { type RemoteRefs, remoteAddresses, remoteRefs } from './remote.ts'

/** What git said of a push: its failure, or nothing. Neither says what the remote has now. */
export type Push = { readonly failure?: GitFailure }

/** Pushes one tag, create-only: the remote refuses when it has a tag of that name. */
export function pushTag(git: Git, tag: string, object: ObjectId): Promise<Push> {
  return push(git, object, `refs/tags/${tag}`)
}

/** Pushes a commit to a branch; never with force, so it fails when the branch has moved. */
export function pushCommit(git: Git, commit: CommitSha, branch: string): Promise<Push> {
  return push(git, commit, `refs/heads/${branch}`)
}

async function push(git: Git, object: ObjectId, ref: string): Promise<Push> {
  const options = ['--quiet', '--no-follow-tags', '--no-recurse-submodules']
  try {
    await git.run(['push', ...options, remoteName, `${object}:${ref}`])
    return {}
  } catch (error) {
    if (error instanceof GitFailure) return { failure: error }
    throw error
  }
}

// A remote of several servers may show a push to all of them a little later.
const pausesMs = [200, 400, 800, 1600]

/**
 * Reads the refs of the remote that git fetches from after a push, and whether it landed there. `what` says what a
 * remote that does not answer leaves open.
 */
export async function lookAfterPush(
  { git, clock }: { readonly git: Git; readonly clock: Clock },
  { failure }: Push,
  what: string,
  landed: (refs: RemoteRefs) => boolean | Promise<boolean>,
): Promise<{ readonly refs: RemoteRefs; readonly landed: boolean }> {
  for (let attempt = 0; ; attempt++) {
    const refs = await remoteRefs(git).catch(error => {
      throw explainRemote(failure ?? error, `did not answer after ${what}`)
    })
    if (await landed(refs)) return { refs, landed: true }
    const pause = pausesMs[attempt]
    if (failure !== undefined || pause === undefined) return { refs, landed: false }
    await clock.sleep(pause)
  }
}

const rejection = /remote rejected|declined|protected|\[rejected\]/i

/**
 * The error for a push that did not land: with `code` when a rule, a hook or the protection of the remote rejected it,
 * else what kept it from getting there.
 */
export async function explainPush(
  git: Git,
  { failure }: Push,
  what: string,
  { code, remedy }: { code: ErrorCode; remedy: string },
): Promise<unknown> {
  if (failure === undefined) return await pushedElsewhere(git, what)
  const hook = await stoppingHook(git, failure)
  if (hook !== undefined) {
    return new UserError(gitErrors['git-hook-rejected'], `the pre-push hook of this clone stopped ${what}`, {
      cause: failure.cause,
      remedy: `Fix what the hook reports (${hook}), then run this again.`,
    })
  }
  if (!rejection.test(failure.said)) return explainRemote(failure, `did not accept ${what}`)
  return new UserError(code, `the remote ${remoteName} rejects ${what}`, { cause: failure.cause, remedy })
}

// For every ref that the remote did not take, git prints a line with an exclamation mark; a hook stops it before that.
async function stoppingHook(git: Git, { said }: GitFailure): Promise<string | undefined> {
  if (!/^error: failed to push some refs/m.test(said) || /^ ! \[/m.test(said)) return undefined
  const path = (await git.run(['rev-parse', '--git-path', 'hooks/pre-push'])).trim()
  return (await canAccess(resolve(git.root, path), constants.X_OK)) ? path : undefined
}

async function pushedElsewhere(git: Git, what: string): Promise<UserError> {
  const { fetched, pushed } = await remoteAddresses(git)
  const problem = `git reported that it pushed ${what}, but the remote ${remoteName} does not have it`
  if (fetched === pushed)
    return new UserError(gitErrors['git-push-elsewhere'], problem, {
      cause: `${fetched} took the push and does not show it`,
      remedy: 'Find out what removes or hides it there, then run this again.',
    })
  return new UserError(gitErrors['git-push-elsewhere'], problem, {
    cause: `git fetches ${remoteName} from ${fetched}, and pushes it to ${pushed}`,
    remedy: `Remove remote.${remoteName}.pushurl or url.….pushInsteadOf (git config --show-origin --get-regexp 'pushurl|pushinsteadof'), and what was pushed there; then run this again.`,
  })
}
