import { posix } from 'node:path'
import type { BuildContext, ContextEntry } from './build-context.ts'
import { dockerfileError } from './dockerfile.ts'
import type { ImagePlan } from './image-plan.ts'
import type { Copy } from './plan-state.ts'

/** A file or folder in an image, with the owner that COPY gives it. */
export type ImageEntry = { readonly entry: ContextEntry; readonly owner: string | undefined }

/** An image's files by absolute path. */
export type ImageFiles = ReadonlyMap<string, ImageEntry>

const FOLDER: ImageEntry = { entry: { type: 'folder' }, owner: undefined }

/** The files of an image, and what it would hold besides, were there an engine. */
export type PlacedFiles = {
  readonly files: ImageFiles
  /** As in `COPY --from: /out/app`. */
  readonly absent: readonly string[]
}

/**
 * Puts files where the plan copies them, or throws if a source is missing. One that a stage's base image or a RUN may
 * have made is left out.
 */
export function placeFiles(plan: ImagePlan, context: BuildContext): PlacedFiles {
  const files = new Map<string, ImageEntry>()
  const absent: string[] = []
  for (const folder of plan.folders) putFolders(files, folder)
  for (const copy of plan.copies) {
    const { held, isWhole } = heldBy(copy.from, context)
    for (const source of copy.sources) {
      const paths = expand(normalise(source, copy), held)
      const found = paths.filter(path => placeSource(files, copy, path, held))
      if (found.length > 0) continue
      if (isWhole) throw missing(normalise(source, copy), copy)
      absent.push(`COPY --from: ${source}`)
    }
  }
  return { files, absent }
}

/** What a COPY chooses from, and whether that is all there is. */
function heldBy(
  from: Copy['from'],
  context: BuildContext,
): { readonly held: BuildContext; readonly isWhole: boolean } {
  if (from === undefined) return { held: context, isWhole: true }
  if (from === 'image') return { held: new Map(), isWhole: false }
  const { files } = placeFiles(from, context)
  const held = new Map([...files].map(([path, { entry }]) => [path.slice(1), entry]))
  return { held, isWhole: !from.mayHoldMore }
}

function missing(source: string, { from, line }: Copy): Error {
  const path = `"/${source}"`
  const where = from === undefined ? 'the build context, or .dockerignore keeps it out' : 'that stage'
  return dockerfileError(line, `${path} is not in ${where}`)
}

/** Places a file, or what is in a folder; false if there is neither. */
function placeSource(
  files: Map<string, ImageEntry>,
  copy: Copy,
  source: string,
  held: BuildContext,
): boolean {
  const { destination, owner } = copy
  const inside = [...held].filter(([path]) => source === '' || path.startsWith(`${source}/`))
  const found = held.get(source)
  if (found === undefined && inside.length === 0) return false
  if (found === undefined || found.type === 'folder') {
    // Like Docker: copies the content of a folder, not the folder.
    putFolders(files, destination)
    for (const [path, entry] of inside) {
      const rest = source === '' ? path : path.slice(source.length + 1)
      put(files, posix.join(destination, rest), { entry: withMode(entry, copy), owner })
    }
    return true
  }
  const isFolder = copy.isFolder || files.get(destination)?.entry.type === 'folder'
  const target = isFolder ? posix.join(destination, posix.basename(source)) : destination
  put(files, target, { entry: withMode(found, copy), owner })
  return true
}

function withMode(entry: ContextEntry, { isExecutable }: Copy): ContextEntry {
  return entry.type === 'file' && isExecutable !== undefined ? { ...entry, isExecutable } : entry
}

function put(files: Map<string, ImageEntry>, path: string, entry: ImageEntry): void {
  putFolders(files, posix.dirname(path))
  files.set(path, entry)
}

function putFolders(files: Map<string, ImageEntry>, path: string): void {
  if (path === '/' || files.get(path)?.entry.type === 'folder') return
  putFolders(files, posix.dirname(path))
  files.set(path, FOLDER)
}

function normalise(source: string, { line }: Copy): string {
  if (/[[\\]/.test(source))
    throw dockerfileError(line, `the pattern "${source}" is not known to the stand-in`)
  const path = posix.normalize(source).replace(/^\/+/, '').replace(/\/+$/, '')
  if (path === '..' || path.startsWith('../'))
    throw dockerfileError(line, `"${source}" is outside of the build context`)
  return path === '.' ? '' : path
}

/** What a pattern with `*` and `?` matches; a path without them is itself. */
function expand(path: string, held: BuildContext): readonly string[] {
  if (!/[*?]/.test(path)) return [path]
  const source = path
    .replace(/[.+^${}()|]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]')
  const pattern = new RegExp(`^${source}$`)
  return [...held.keys()].filter(one => pattern.test(one))
}
