import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../base/user-error.ts'
import type { CommitSha, ObjectId } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'
import { type Git, GitFailure } from './git.ts'
import { localTag, resolveCommit } from './revisions.ts'

/** Makes an annotated tag in this clone, signed if git is configured to sign, and returns the tag object. */
export async function createTag(
  git: Git,
  tag: string,
  commit: CommitSha,
  message: string,
): Promise<ObjectId> {
  const sign = await signsTags(git)
  const kind = sign ? '--sign' : '--annotate'
  await git.run(['tag', kind, '--cleanup=verbatim', '--message', message, '--', tag, commit]).catch(error => {
    throw cannotWrite(error, `git cannot make the tag ${tag}`)
  })
  const object = (await localTag(git, tag))?.object as ObjectId
  if (sign) await requireSignature(git, tag, object)
  return object
}

/** Whether git is configured to sign annotated tags. */
export async function signsTags(git: Git): Promise<boolean> {
  return (await isSet(git, 'tag.gpgSign')) || (await isSet(git, 'tag.forceSignAnnotated'))
}

// With an SSH key that it cannot read, git 2.39 makes an unsigned tag and reports success.
async function requireSignature(git: Git, tag: string, object: ObjectId): Promise<void> {
  const text = await git.run(['cat-file', 'tag', object])
  if (/^-----BEGIN [A-Z ]+-----$/m.test(text)) return
  await removeTag(git, tag, object)
  throw new UserError(
    gitErrors['git-unsigned-tag'],
    `git is configured to sign tags, but did not sign ${tag}`,
  )
}

const signingRemedy =
  'Fix the signing set-up (git config user.signingKey, gpg.format), or turn signing off here (tag.gpgSign, commit.gpgSign).'

async function isSet(git: Git, setting: string): Promise<boolean> {
  return (await git.run(['config', '--type=bool', '--default=false', setting])).trim() === 'true'
}

/** Removes a tag from this clone if it still names that object. */
export async function removeTag(git: Git, tag: string, object: ObjectId): Promise<void> {
  await git.run(['update-ref', '-d', `refs/tags/${tag}`, object]).catch(async error => {
    if ((await localTag(git, tag))?.object === object) throw error
  })
}

/** Whether another git process was writing the same ref, so that this one could not make its tag. */
export function lostToAnother({ origin }: UserError): boolean {
  return origin instanceof GitFailure && /File exists|already exists/.test(origin.said)
}

/** A commit's files with some of them changed or added. */
export type FileChanges = {
  readonly parent: CommitSha
  readonly files: readonly { readonly path: string; readonly text: string }[]
}

/** Commits changed files on top of a parent, without touching the work tree, the index or a branch. */
export async function commitFiles(git: Git, change: FileChanges & { message: string }): Promise<CommitSha> {
  return await commitTree(git, await treeWith(git, change), change.parent, change.message)
}

/** The tree that a parent's tree becomes by changes. */
export async function treeWith(git: Git, { parent, files }: FileChanges): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-index-'))
  try {
    const environment = { GIT_INDEX_FILE: join(folder, 'index') }
    await git.run(['read-tree', parent], { environment })
    const entries = await Promise.all(
      files.map(async ({ path, text }) => {
        const blob = (await git.run(['hash-object', '-w', '--stdin'], { input: text })).trim()
        return `100644 ${blob}\t${path}\0`
      }),
    )
    await git.run(['update-index', '-z', '--index-info'], { environment, input: entries.join('') })
    return (await git.run(['write-tree'], { environment })).trim()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function commitTree(git: Git, tree: string, parent: CommitSha, message: string): Promise<CommitSha> {
  const sign = (await isSet(git, 'commit.gpgSign')) ? ['-S'] : []
  const answer = await git.run(['commit-tree', ...sign, '-p', parent, '-m', message, tree]).catch(error => {
    throw cannotWrite(error, 'git cannot make the commit')
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
  // git leaves the lock behind when it is killed before the write.
  if (/\.lock': File exists/.test(said))
    return 'If no other git runs in this clone, remove the lock file, then run this again.'
  return 'If git does not know who you are: git config user.name "…" && git config user.email "…"'
}
