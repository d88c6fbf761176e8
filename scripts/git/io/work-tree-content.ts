import { createHash, randomUUID } from 'node:crypto'
import { lstat, readFile, readlink, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import pLimit from 'p-limit'
import type { CommitSha } from '../../names/commit.ts'
import type { Git } from './git.ts'

/** What to compare: folders and files of the repository, by their paths. */
export type Compared = {
  readonly paths: readonly string[]
  /** Folders below those that do not matter. */
  readonly except: readonly string[]
  /** Whether a file matters that git ignores and the commit lacks. */
  matters(ignored: string): boolean
}

// Few enough for any limit on open files.
const mostAtOnce = 64

/**
 * The paths whose content in the work tree is not that of a commit, byte by byte. It asks neither the index, which can be
 * told to overlook a file, nor the filters of .gitattributes, which can make any content look like the commit's.
 */
export async function contentThatDiffers(git: Git, commit: CommitSha, compared: Compared): Promise<string[]> {
  const [committed, present] = await Promise.all([
    committedObjects(git, commit, compared.paths),
    presentPaths(git, compared.paths),
  ])
  const { objects, submodules } = committed
  const added = present.all
    .filter(path => present.unignored.has(path) || path.endsWith('/') || compared.matters(path))
    .map(path => path.replace(/\/$/, ''))
    .filter(path => !objects.has(path) && !submodules.includes(path))
  const slots = pLimit(mostAtOnce)
  const changed = await Promise.all(
    [...objects].map(([path, object]) =>
      slots(async () => ((await objectAt(git, path, compared)) === object ? [] : [path])),
    ),
  )
  const moved = await changedSubmodules(git, commit, submodules)
  return [...added, ...changed.flat(), ...moved].filter(path => !isOneOf(path, compared.except))
}

/** Whether a path is one of some, or in one of them. */
function isOneOf(path: string, some: readonly string[]): boolean {
  return some.some(one => path === one || path.startsWith(`${one}/`))
}

type Committed = { readonly objects: Map<string, string>; readonly submodules: string[] }

async function committedObjects(git: Git, commit: CommitSha, paths: readonly string[]): Promise<Committed> {
  const listed = await git.run(['ls-tree', '-r', '-z', commit, '--', ...paths])
  const committed: Committed = { objects: new Map(), submodules: [] }
  for (const entry of listed.split('\0')) {
    const [, mode, type, object, path] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? []
    if (path === undefined) continue
    if (type === 'commit') committed.submodules.push(path)
    else committed.objects.set(path, `${mode === linkMode ? 'link' : 'file'} ${object}`)
  }
  return committed
}

const linkMode = '120000'

/** Every file and link of the work tree; a repository inside this one, as a submodule is, ends with a slash. */
async function presentPaths(
  git: Git,
  paths: readonly string[],
): Promise<{ all: string[]; unignored: Set<string> }> {
  // To an index that does not exist all files are untracked.
  const environment = { GIT_INDEX_FILE: join(tmpdir(), `waybill-no-index-${randomUUID()}`) }
  const list = async (...options: string[]) => {
    const asked = ['ls-files', '--others', ...options, '-z', '--', ...paths.map(path => `:(literal)${path}`)]
    return (await git.run(asked, { environment })).split('\0').filter(Boolean)
  }
  const [all, unignored] = await Promise.all([list(), list('--exclude-standard')])
  return { all, unignored: new Set(unignored) }
}

async function changedSubmodules(git: Git, commit: CommitSha, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return []
  const asked = ['diff', '--name-only', '-z', '--no-ext-diff', '--ignore-submodules=none', commit, '--']
  const changed = await git.run([...asked, ...paths.map(path => `:(literal)${path}`)])
  return changed.split('\0').filter(Boolean)
}

/** What git would store for the exact bytes at a path; undefined if there is no file, or a link that leads elsewhere. */
async function objectAt({ root }: Git, path: string, compared: Compared): Promise<string | undefined> {
  const place = join(root, path)
  const stat = await lstat(place).catch(() => undefined)
  if (stat?.isSymbolicLink()) {
    const target = await realpath(place).catch(() => undefined)
    const inside =
      target &&
      relative(await realpath(root), target)
        .split(sep)
        .join('/')
    // What it leads to counts as well, so that has to be compared, too.
    if (inside === undefined || !isOneOf(inside, compared.paths) || isOneOf(inside, compared.except))
      return undefined
    return `link ${blobOf(Buffer.from(await readlink(place)))}`
  }
  const bytes = stat?.isFile() ? await readFile(place).catch(() => undefined) : undefined
  return bytes && `file ${blobOf(bytes)}`
}

function blobOf(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
