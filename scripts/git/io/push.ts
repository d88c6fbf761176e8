import type { ErrorCode } from '../../base/user-error.ts'
import { UserError } from '../../base/user-error.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { type Git, GitFailure } from './git.ts'
import { explainRemote, remoteName } from './remote.ts'

/** How a push ended: what the remote has now, or git's failure. */
export type PushResult = { readonly value: ObjectId } | { readonly error: GitFailure }

/** Pushes one tag, create-only: the remote refuses when it has a tag of that name. */
export function pushTag(git: Git, tag: string, object: ObjectId): Promise<PushResult> {
  return push(git, object, `refs/tags/${tag}`)
}

/** Pushes a commit to a branch; never with force, so it fails when the branch has moved. */
export function pushCommit(git: Git, commit: CommitSha, branch: string): Promise<PushResult> {
  return push(git, commit, `refs/heads/${branch}`)
}

async function push(git: Git, object: ObjectId, ref: string): Promise<PushResult> {
  const options = ['--quiet', '--no-follow-tags', '--no-recurse-submodules']
  try {
    await git.run(['push', ...options, remoteName, `${object}:${ref}`])
    return { value: object }
  } catch (error) {
    if (error instanceof GitFailure) return { error }
    throw error
  }
}

const rejection = /remote rejected|declined|protected|\[rejected\]/i

/**
 * The error for a push that did not land: with `code` when a rule, a hook or the protection of the remote rejected it,
 * else what kept it from getting there.
 */
export function explainPush(
  failure: GitFailure,
  what: string,
  { code, remedy }: { code: ErrorCode; remedy: string },
): unknown {
  if (!rejection.test(failure.said)) return explainRemote(failure, `did not accept ${what}`)
  return new UserError(code, `the remote ${remoteName} rejects ${what}`, { cause: failure.cause, remedy })
}
