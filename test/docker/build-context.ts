import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type IsIgnored, parseDockerignore } from './dockerignore.ts'
import { StandInError } from './stand-in-error.ts'

/** A file, folder or symbolic link of the build context. */
export type ContextEntry =
  | { readonly type: 'file'; readonly isExecutable: boolean; readonly bytes: Buffer }
  | { readonly type: 'folder' }
  | { readonly type: 'link'; readonly target: string }

/** The build context by path, with `/` as separator, sorted, without the root. */
export type BuildContext = ReadonlyMap<string, ContextEntry>

/** Reads a build context without the files that its .dockerignore, or the Dockerfile's own, excludes. */
export async function readContext(folder: string, dockerfile: string): Promise<BuildContext> {
  const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory()
  if (!isFolder) throw new StandInError(`ERROR: unable to prepare context: path "${folder}" not found`)
  const ignore =
    (await readText(`${dockerfile}.dockerignore`)) ?? (await readText(join(folder, '.dockerignore')))
  const entries: [string, ContextEntry][] = []
  await walk(folder, '', parseDockerignore(ignore ?? ''), entries)
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Reads a text file; undefined if it does not exist. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Walks ignored folders too, because a later pattern can include something in them again. */
async function walk(
  root: string,
  parent: string,
  isIgnored: IsIgnored,
  entries: [string, ContextEntry][],
): Promise<void> {
  for (const item of await readdir(join(root, parent), { withFileTypes: true })) {
    const path = parent === '' ? item.name : `${parent}/${item.name}`
    if (item.isDirectory()) await walk(root, path, isIgnored, entries)
    if (isIgnored(path)) continue
    if (item.isDirectory()) entries.push([path, { type: 'folder' }])
    else if (item.isSymbolicLink())
      entries.push([path, { type: 'link', target: await readlink(join(root, path)) }])
    else if (item.isFile()) entries.push([path, await readEntry(join(root, path))])
  }
}

async function readEntry(file: string): Promise<ContextEntry> {
  const [{ mode }, bytes] = await Promise.all([stat(file), readFile(file)])
  return { type: 'file', isExecutable: (mode & 0o100) !== 0, bytes }
}
