import { plainLines } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { type CommitSha, isCommitSha, isObjectId, type ObjectId } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'
import { withoutPasswords } from '../said.ts'
import type { TagRef } from '../tag-ref.ts'
import { explainRemote, remoteName } from './explain-remote.ts'
import { type Git, ifGitFails } from './git.ts'
import { findObject } from './objects.ts'

/** The web address of the remote without user and password; undefined for a path or when there is no remote. */
export async function remoteAddress(git: Git): Promise<string | undefined> {
  const url = (await git.run(['remote', 'get-url', remoteName]).catch(ifGitFails(''))).trim()
  const [, host, path] =
    /^(?:https?:\/\/(?:[^/]*@)?|ssh:\/\/(?:[^/]*@)?|[\w.-]+@)([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?$/.exec(
      url,
    ) ?? []
  return host === undefined ? undefined : `https://${host}/${path}`
}

/** Where git fetches the remote from, and where it pushes it to, for a message. */
export async function remoteAddresses(git: Git): Promise<{ fetched: string; pushed: string }> {
  const [fetched, pushed] = await Promise.all([
    git.run(['remote', 'get-url', remoteName]),
    git.run(['remote', 'get-url', '--push', '--all', remoteName]),
  ])
  const list = (said: string) => plainLines(withoutPasswords(said)).split('\n').join(', ')
  return { fetched: list(fetched), pushed: list(pushed) }
}

/** The refs of the remote at one moment. */
export type RemoteRefs = {
  readonly branches: ReadonlyMap<string, CommitSha>
  readonly tags: ReadonlyMap<string, TagRef>
}

/** Asks the remote for its branches and tags, in one round trip. */
export async function remoteRefs(git: Git): Promise<RemoteRefs> {
  const output = await git
    .run(['ls-remote', '--quiet', '--', remoteName, 'refs/heads/*', 'refs/tags/*'])
    .catch(error => {
      throw explainRemote(error, 'cannot be read')
    })
  const refs = new Map<string, ObjectId>()
  for (const line of output.split('\n')) {
    const [object = '', ref = ''] = line.split('\t')
    if (isObjectId(object)) refs.set(ref, object)
  }
  return { branches: branchesOf(refs), tags: tagsOf(refs) }
}

function branchesOf(refs: ReadonlyMap<string, ObjectId>): Map<string, CommitSha> {
  const heads = [...refs].filter(([ref]) => ref.startsWith('refs/heads/'))
  return new Map(heads.map(([ref, object]) => [ref.slice('refs/heads/'.length), object as CommitSha]))
}

function tagsOf(refs: ReadonlyMap<string, ObjectId>): Map<string, TagRef> {
  const tags = [...refs].filter(([ref]) => ref.startsWith('refs/tags/') && !ref.endsWith('^{}'))
  return new Map(
    tags.map(([ref, object]) => {
      const peeled = refs.get(`${ref}^{}`)
      const commit = peeled !== undefined && isCommitSha(peeled) ? peeled : undefined
      return [ref.slice('refs/tags/'.length), { object, commit }]
    }),
  )
}

/** Fetches refs of the remote whose objects are not here yet, without changing a tag or branch of this clone. */
export async function fetchMissing(git: Git, refs: ReadonlyMap<string, ObjectId>): Promise<void> {
  const here = await Promise.all([...refs].map(([, object]) => findObject(git, object)))
  const missing = [...refs.keys()].filter((_, index) => here[index] === undefined)
  if (missing.length === 0) return
  // Progress shows that the remote is still sending.
  const options = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--stdin']
  await git.run(['fetch', ...options, remoteName], { input: `${missing.join('\n')}\n` }).catch(error => {
    throw explainRemote(error, 'cannot be fetched from')
  })
}

/** Fetches a branch at the head that the remote has, unless it is here already. */
export async function fetchBranch(git: Git, branch: string, head: CommitSha): Promise<void> {
  await fetchMissing(git, new Map([[`refs/heads/${branch}`, head]]))
}

/** The head of a branch of the remote; throws when the remote does not have it. */
export function requireBranch(refs: RemoteRefs, branch: string): CommitSha {
  const head = refs.branches.get(branch)
  if (head !== undefined) return head
  throw new UserError(gitErrors['git-no-branch'], `the remote ${remoteName} has no branch ${branch}`)
}

/** The same, and fetches it. */
export async function fetchHead(git: Git, refs: RemoteRefs, branch: string): Promise<CommitSha> {
  const head = requireBranch(refs, branch)
  await fetchBranch(git, branch, head)
  return head
}
