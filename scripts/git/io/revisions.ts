import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { type CommitSha, isCommitSha, type ObjectId } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'
import type { TagRef } from '../tag-ref.ts'
import { type Git, ifGitFails } from './git.ts'
import { findObject } from './objects.ts'

/** The commit that HEAD names. */
export async function headCommit(git: Git): Promise<CommitSha> {
  const head = await resolveCommit(git, 'HEAD')
  if (head !== undefined) return head
  throw new UserError(gitErrors['git-no-commits'], 'this repository has no commit yet')
}

/** The commit that a revision names in this clone; undefined when there is none. */
export async function resolveCommit(git: Git, revision: string): Promise<CommitSha | undefined> {
  if (revision.includes('\0')) return undefined
  const answer = await git
    .run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
    .catch(ifGitFails(''))
  const commit = answer.trim()
  return isCommitSha(commit) ? commit : undefined
}

/** The same; throws when there is none. */
export async function requireCommit(git: Git, revision: string): Promise<CommitSha> {
  const commit = await resolveCommit(git, revision)
  if (commit !== undefined) return commit
  throw new UserError(gitErrors['git-unknown-commit'], `${quote(revision)} names no commit in this clone`)
}

/** What a tag of this clone names; undefined when there is no such tag here. */
export async function localTag(git: Git, tag: string): Promise<TagRef | undefined> {
  const [named, commit] = await Promise.all([
    findObject(git, `refs/tags/${tag}`),
    findObject(git, `refs/tags/${tag}^{commit}`),
  ])
  if (named === undefined) return undefined
  return {
    object: named.id,
    commit: named.type === 'tag' ? (commit?.id as CommitSha | undefined) : undefined,
  }
}

/** Tells whether an object is a commit of this clone. */
export async function isCommit(git: Git, object: ObjectId): Promise<boolean> {
  return (await findObject(git, object))?.type === 'commit'
}

/** The tags of this clone whose names begin with a text. */
export async function localTagsBelow(git: Git, folder: string): Promise<string[]> {
  const said = await git.run(['for-each-ref', '--format=%(refname:strip=2)', `refs/tags/${folder}`])
  return said.split('\n').filter(Boolean)
}

/** The whole message of a commit. */
export async function commitMessage(git: Git, commit: CommitSha): Promise<string> {
  return await git.run(['show', '--no-patch', '--no-show-signature', '--format=%B', commit])
}

/** When a commit was made, in seconds since 1970. */
export async function commitTime(git: Git, commit: CommitSha): Promise<string> {
  return (await git.run(['show', '--no-patch', '--no-show-signature', '--format=%ct', commit])).trim()
}

/** Who works in this clone, as `Name <address>`. */
export async function committer(git: Git): Promise<string> {
  const ident = await git.run(['var', 'GIT_COMMITTER_IDENT'])
  return ident.replace(/ [0-9]+ [+-][0-9]{4}\s*$/, '')
}
