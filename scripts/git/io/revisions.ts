import DataLoader from 'dataloader'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { type CommitSha, isCommitSha, type ObjectId } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'
import type { TagRef } from '../tag-ref.ts'
import { type Git, ifGitFails } from './git.ts'
import { findObject } from './objects.ts'
import { once } from './once.ts'

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

/** Tags and what they name. */
export type Tags = ReadonlyMap<string, TagRef>

/** The tags of this clone whose names begin with a text, `service-a-v` or `service-a-v1.0.0/`. */
export async function localTagsBelow(git: Git, ...beginnings: string[]): Promise<Tags> {
  const loader = tagLoaders.get(git) ?? new DataLoader(all => tagsBelow(git, all), { cache: false })
  tagLoaders.set(git, loader)
  const found = await Promise.all(beginnings.map(one => loader.load(one)))
  return new Map(found.flatMap(tags => [...tags]))
}

// Many ask at one moment, each for its own.
const tagLoaders = new WeakMap<Git, DataLoader<string, Tags>>()

async function tagsBelow(git: Git, beginnings: readonly string[]): Promise<Tags[]> {
  // A pattern matches whole parts of a name; `*` stops at a slash.
  const patterns = beginnings.map(one => `refs/tags/${one.endsWith('/') ? one : `${one}*`}`)
  const format = '--format=%(refname:strip=2) %(objectname) %(*objectname) %(*objecttype)'
  const said = await git.run([
    'for-each-ref',
    format,
    ...(patterns.length > mostPatterns ? ['refs/tags/'] : patterns),
  ])
  const tags = said.split('\n').filter(Boolean).map(parseTagRef)
  return beginnings.map(one => new Map(tags.filter(([name]) => name.startsWith(one))))
}

// Far from what a command line may hold.
const mostPatterns = 100

function parseTagRef(line: string): [string, TagRef] {
  const [name = '', object = '', peeled = '', type] = line.split(' ')
  return [name, { object: object as ObjectId, commit: type === 'commit' ? (peeled as CommitSha) : undefined }]
}

/** The whole message of a commit. */
export const commitMessage: (git: Git, commit: CommitSha) => Promise<string> = once((git, commit) =>
  git.run(['show', '--no-patch', '--no-show-signature', '--format=%B', commit]),
)

/** When a commit was made, in seconds since 1970. */
export async function commitTime(git: Git, commit: CommitSha): Promise<string> {
  return (await git.run(['show', '--no-patch', '--no-show-signature', '--format=%ct', commit])).trim()
}

/** Who works in this clone, as `Name <address>`. */
export async function committer(git: Git): Promise<string> {
  const ident = await git.run(['var', 'GIT_COMMITTER_IDENT'])
  return ident.replace(/ [0-9]+ [+-][0-9]{4}\s*$/, '')
}
