import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../base/user-error.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'
import { type Git, GitFailure, resolveCommit } from './git.ts'
import { localTag, remoteName } from './remote.ts'

/** Makes an annotated tag in this clone, signed when git is configured so, and answers the tag object. */
export async function createTag(
  git: Git,
  tag: string,
  commit: CommitSha,
  message: string,
): Promise<ObjectId> {
  const sign = (await isSet(git, 'tag.gpgSign')) || (await isSet(git, 'tag.forceSignAnnotated'))
  const kind = sign ? '--sign' : '--annotate'
  await git.run(['tag', kind, '--cleanup=verbatim', '--message', message, '--', tag, commit]).catch(error => {
    throw cannotWrite(error, `the tag ${tag} cannot be made`)
  })
  const object = (await localTag(git, tag))?.object as ObjectId
  if (sign) await requireSignature(git, tag, object)
  return object
}

// With an SSH key that it cannot read, git 2.39 makes the tag all the same, unsigned, and says that all is well.
async function requireSignature(git: Git, tag: string, object: ObjectId): Promise<void> {
  const text = await git.run(['cat-file', 'tag', object])
  if (/^-----BEGIN [A-Z ]+-----$/m.test(text)) return
  await removeTag(git, tag, object)
  throw new UserError(
    gitErrors['git-unsigned-tag'],
    `the tag ${tag} cannot be signed, and git is configured to sign tags`,
    {
      cause: 'git made it without a signature',
      remedy: signingRemedy,
    },
  )
}

const signingRemedy =
  'Mend what signs (git config user.signingKey, gpg.format), or sign nothing here (tag.gpgSign, commit.gpgSign)'

async function isSet(git: Git, setting: string): Promise<boolean> {
  return (await git.run(['config', '--type=bool', '--default=false', setting])).trim() === 'true'
}

/** Removes a tag of this clone, if it still names that object. */
export async function removeTag(git: Git, tag: string, object: ObjectId): Promise<void> {
  await git.run(['update-ref', '-d', `refs/tags/${tag}`, object])
}

/** How a push ended; `said` is git's own word, the server's included. */
export type PushResult = { readonly ok: true } | { readonly ok: false; readonly said: string }

/** Pushes one tag, create-only: the remote refuses when it has a tag of that name. */
export function pushTag(git: Git, tag: string, object: ObjectId): Promise<PushResult> {
  return push(git, `${object}:refs/tags/${tag}`)
}

/** Pushes a commit to a branch; never with force, so it fails when the branch has moved. */
export function pushCommit(git: Git, commit: CommitSha, branch: string): Promise<PushResult> {
  return push(git, `${commit}:refs/heads/${branch}`)
}

async function push(git: Git, refspec: string): Promise<PushResult> {
  try {
    await git.run(['push', '--quiet', '--no-follow-tags', '--no-recurse-submodules', remoteName, refspec])
    return { ok: true }
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    return { ok: false, said: error.said }
  }
}

/** Makes a commit that differs from its parent in one file, without touching the work tree, the index or a branch. */
export async function commitFile(
  git: Git,
  change: { parent: CommitSha; path: string; text: string; message: string },
): Promise<CommitSha> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-index-'))
  try {
    const environment = { GIT_INDEX_FILE: join(folder, 'index') }
    const blob = (await git.run(['hash-object', '-w', '--stdin'], { input: change.text })).trim()
    await git.run(['read-tree', change.parent], { environment })
    await git.run(['update-index', '--add', '--cacheinfo', `100644,${blob},${change.path}`], { environment })
    const tree = (await git.run(['write-tree'], { environment })).trim()
    return await commitTree(git, tree, change.parent, change.message)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function commitTree(git: Git, tree: string, parent: CommitSha, message: string): Promise<CommitSha> {
  const sign = (await isSet(git, 'commit.gpgSign')) ? ['-S'] : []
  const answer = await git.run(['commit-tree', ...sign, '-p', parent, '-m', message, tree]).catch(error => {
    throw cannotWrite(error, 'the commit cannot be made')
  })
  return (await resolveCommit(git, answer.trim())) as CommitSha
}

function cannotWrite(error: unknown, problem: string): unknown {
  if (!(error instanceof GitFailure)) return error
  return new UserError(gitErrors['git-write-failed'], problem, {
    cause: error.cause,
    remedy: writingRemedy(error.said),
    origin: error,
  })
}

function writingRemedy(said: string): string {
  if (/sign|gpg/i.test(said)) return signingRemedy
  // What git leaves behind when it is killed between its lock and its write.
  if (/\.lock': File exists/.test(said))
    return 'If no git is at work in this clone any more, remove the file that it names, then run this again.'
  return 'If git does not know who you are: git config user.name "…" && git config user.email "…"'
}
