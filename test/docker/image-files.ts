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

/** Puts the context's files where the plan copies them, or throws if a source is missing. */
export function placeFiles(plan: ImagePlan, context: BuildContext): ImageFiles {
  const files = new Map<string, ImageEntry>()
  for (const folder of plan.folders) putFolders(files, folder)
  for (const copy of plan.copies) {
    for (const source of copy.sources) placeSource(files, copy, normalise(source, copy), context)
  }
  return files
}

function placeSource(
  files: Map<string, ImageEntry>,
  copy: Copy,
  source: string,
  context: BuildContext,
): void {
  const { destination, owner, line } = copy
  const inside = [...context].filter(([path]) => source === '' || path.startsWith(`${source}/`))
  const found = context.get(source)
  if (found === undefined && inside.length === 0) {
    throw dockerfileError(line, `"/${source}" is not in the build context, or .dockerignore keeps it out`)
  }
  if (found === undefined || found.type === 'folder') {
    // Like Docker: copies the content of a folder, not the folder.
    putFolders(files, destination)
    for (const [path, entry] of inside) {
      const rest = source === '' ? path : path.slice(source.length + 1)
      put(files, posix.join(destination, rest), { entry, owner })
    }
    return
  }
  const isFolder = copy.isFolder || files.get(destination)?.entry.type === 'folder'
  const target = isFolder ? posix.join(destination, posix.basename(source)) : destination
  put(files, target, { entry: found, owner })
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
  if (/[*?[]/.test(source))
    throw dockerfileError(line, `the pattern "${source}" is not known to the stand-in`)
  const path = posix.normalize(source).replace(/^\/+/, '').replace(/\/+$/, '')
  if (path === '..' || path.startsWith('../'))
    throw dockerfileError(line, `"${source}" is outside of the build context`)
  return path === '.' ? '' : path
}
