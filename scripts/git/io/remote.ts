import { plainLines } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { type CommitSha, isCommitSha, isObjectId, type ObjectId } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'
import { type Git, GitFailure, resolveCommit } from './git.ts'

/** The name of the remote that counts. */
export const remoteName = 'origin'

/** The web address of the remote without user and password; undefined for a path or when there is no remote. */
export async function remoteAddress(git: Git): Promise<string | undefined> {
  const url = (await git.run(['remote', 'get-url', remoteName]).catch(() => '')).trim()
  const [, host, path] =
    /^(?:https?:\/\/(?:[^/]*@)?|ssh:\/\/(?:[^/]*@)?|[\w.-]+@)([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?$/.exec(
      url,
    ) ?? []
  return host === undefined ? undefined : `https://${host}/${path}`
}

/** A tag as the remote has it. `commit` is undefined for a tag that is not annotated. */
export type RemoteTag = { readonly object: ObjectId; readonly commit: CommitSha | undefined }

/** The refs of the remote at one moment. */
export type RemoteRefs = {
  readonly branches: ReadonlyMap<string, CommitSha>
  readonly tags: ReadonlyMap<string, RemoteTag>
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

function tagsOf(refs: ReadonlyMap<string, ObjectId>): Map<string, RemoteTag> {
  const tags = [...refs].filter(([ref]) => ref.startsWith('refs/tags/') && !ref.endsWith('^{}'))
  return new Map(
    tags.map(([ref, object]) => {
      const peeled = refs.get(`${ref}^{}`)
      const commit = peeled !== undefined && isCommitSha(peeled) ? peeled : undefined
      return [ref.slice('refs/tags/'.length), { object, commit }]
    }),
  )
}

/** Fetches refs of the remote whose objects are not here yet; no tag and no branch of this clone is changed. */
export async function fetchMissing(git: Git, refs: ReadonlyMap<string, ObjectId>): Promise<void> {
  const present = await Promise.all(
    [...refs].map(async ([ref, object]) => ((await hasObject(git, object)) ? undefined : ref)),
  )
  const missing = present.filter(ref => ref !== undefined)
  if (missing.length === 0) return
  await git
    .run([
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      remoteName,
      ...missing,
    ])
    .catch(error => {
      throw explainRemote(error, 'cannot be fetched from')
    })
}

/** The head of a branch of the remote, which is fetched. */
export async function fetchHead(git: Git, refs: RemoteRefs, branch: string): Promise<CommitSha> {
  const head = refs.branches.get(branch)
  if (head === undefined) {
    throw new UserError(gitErrors['git-no-branch'], `the remote ${remoteName} has no branch ${branch}`, {
      remedy:
        'Push it, or correct releaseBranches in cdktf/environments.json: pins are on the first of them.',
    })
  }
  await fetchMissing(git, new Map([[`refs/heads/${branch}`, head]]))
  return head
}

async function hasObject(git: Git, object: ObjectId): Promise<boolean> {
  return (await git.run(['cat-file', '-t', object]).catch(() => undefined)) !== undefined
}

/** The object that a tag of this clone names; undefined when there is no such tag here. */
export async function localTag(git: Git, tag: string): Promise<RemoteTag | undefined> {
  const answer = await git.run(['rev-parse', '--verify', '--quiet', `refs/tags/${tag}`]).catch(() => '')
  const object = answer.trim()
  if (!isObjectId(object)) return undefined
  const type = (await git.run(['cat-file', '-t', object])).trim()
  return { object, commit: type === 'tag' ? await resolveCommit(git, object) : undefined }
}

const unreachable =
  /could not resolve|unable to access|connection|timed out|early EOF|hung up|unreachable|unable to connect|network/i

const refused = /denied|authentication|not appear to be|certificate|returned error: 4(?!29)\d\d/i

/** Turns what git said about the remote into an error that a person can act on. */
export function explainRemote(error: unknown, what: string): unknown {
  if (!(error instanceof GitFailure)) return error
  const reason = plainLines(error.said)
  if (/No such remote|'origin' does not appear to be a git repository/i.test(reason)) {
    return new UserError(gitErrors['git-no-remote'], `this clone has no remote called ${remoteName}`, {
      cause: reason,
      remedy: `git remote add ${remoteName} <address of the repository>`,
      origin: error,
    })
  }
  const away = unreachable.test(error.said) && !refused.test(error.said)
  const code = gitErrors[away ? 'git-remote-unavailable' : 'git-remote-rejected']
  return new UserError(code, `the remote ${remoteName} ${what}`, { cause: reason, origin: error })
}
