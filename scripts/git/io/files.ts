import { baseErrors } from '../../base/errors.ts'
import { mostOfAText } from '../../base/io/read-file.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import type { Git } from './git.ts'
import { findObject } from './objects.ts'
import { once } from './once.ts'

/** The text of a file at a commit; undefined when there is no such file. */
export async function readAt(git: Git, commit: CommitSha, path: string): Promise<string | undefined> {
  const found = await findObject(git, `${commit}:${path}`)
  if (found !== undefined && found.type !== 'blob') return undefined
  if (found?.bytes !== undefined && found.bytes.length <= mostOfAText) return found.bytes.toString()
  // There is no such file, or it is large.
  const listed = await git.run(['ls-tree', '-l', '-z', commit, '--', path])
  const [, type, object, size] = /^\d+ (\w+) ([0-9a-f]+) +(\d+|-)\t/.exec(listed) ?? []
  if (type !== 'blob' || object === undefined) return undefined
  if (Number(size) > mostOfAText) {
    const problem = `${quote(path)} at ${short(commit)} is larger than ${mostOfAText / 1024 ** 2} MB`
    throw new UserError(baseErrors['file-unreadable'], problem)
  }
  return await git.run(['cat-file', 'blob', object])
}

/** The paths of all files below a folder at a commit. */
export async function filesAt(git: Git, commit: CommitSha, folder: string): Promise<string[]> {
  const listed = await git.run(['ls-tree', '-r', '-z', '--name-only', commit, '--', folder])
  return listed.split('\0').filter(Boolean)
}

/** The tree of a commit. */
export async function treeAt(git: Git, commit: CommitSha): Promise<string> {
  return (await git.run(['rev-parse', '--verify', `${commit}^{tree}`])).trim()
}

/** The paths in which two commits differ, by content, type or mode. */
export async function pathsBetween(git: Git, from: CommitSha, to: CommitSha): Promise<string[]> {
  const listed = await git.run(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to])
  return listed.split('\0').filter(Boolean)
}

/** The paths of all files at a commit; a submodule counts as one. */
export const allFilesAt: (git: Git, commit: CommitSha) => Promise<readonly string[]> = once((git, commit) =>
  filesAt(git, commit as CommitSha, '.'),
)

/**
 * Every path with an uncommitted change, including untracked files but not ignored ones. Paths that git was told to
 * overlook, or to leave out of the work tree, count as changed, since git cannot tell.
 */
export async function uncommittedPaths(git: Git): Promise<string[]> {
  const status = await git.run([
    // A clone can be told to overlook modes and links.
    '-c',
    'core.fileMode=true',
    '-c',
    'core.symlinks=true',
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--no-renames',
    '--ignore-submodules=none',
  ])
  const tracked = await git.run(['ls-files', '-v', '-z'])
  const overlooked = tracked.split('\0').filter(entry => /^[a-zS] /.test(entry))
  const changed = status.split('\0').filter(Boolean)
  return [...changed.map(entry => entry.slice(3)), ...overlooked.map(entry => entry.slice(2))]
}

/** The tracked files below a folder. */
export async function trackedFiles(git: Git, folder: string): Promise<string[]> {
  const listed = await git.run(['ls-files', '-z', '--', `:(literal)${folder}`])
  return listed.split('\0').filter(Boolean)
}
