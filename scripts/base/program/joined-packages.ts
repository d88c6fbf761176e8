import { isInstalled, joinedPackages, packageRoot } from './place.ts'

/** What stands beside the joined packages. */
export type JoinedIndex = {
  /** What `packagesState` said of the packages that were joined. */
  readonly state: string
  /** The file of each module of a package, as in `{"zod": "zod.js"}`. */
  readonly files: Readonly<Record<string, string>>
}

/** The functions of `node:fs` that it takes to find them. */
export type FileSystem = {
  readFileSync(path: string, encoding: 'utf8'): string
  statSync(path: string): { readonly mtimeMs: number; readonly size: number }
}

/** How Node finds a module: the part of its hooks that is used here. */
type Resolved = { url: string; format?: string | null | undefined; shortCircuit?: boolean | undefined }
type Resolve = <Context extends { parentURL: string | undefined }>(
  name: string,
  context: Context,
  next: (name: string, context: Context) => Resolved,
) => Resolved

// CDKTF tells its own classes by their identity, so whoever imports one of these, a package too, has to get the same one.
const shared = ['cdktf', 'constructs']

/**
 * Hooks for Node that let modules take packages from a few joined files instead of hundreds of small ones, which is where
 * most of the time of a start goes. Without such files, or once npm has installed anything else, the hooks do nothing.
 */
export function joinedHooks(files: FileSystem): { readonly resolve?: Resolve } {
  const index = isInstalled ? undefined : readIndex(files)
  if (index === undefined || index.state !== packagesState(files)) return {}
  const found = new Map(Object.entries(index.files))
  return {
    resolve(name, context, next) {
      const file = found.get(name)
      const isTaken = file !== undefined && (shared.includes(name) || !isInPackage(context.parentURL))
      if (!isTaken) return next(name, context)
      return { url: fileUrl(`${joinedPackages}/${file}`), format: 'module', shortCircuit: true }
    },
  }
}

/** What changes whenever npm installs something, or the folder moves; undefined where nothing is installed. */
export function packagesState({ statSync }: FileSystem): string | undefined {
  try {
    const { mtimeMs, size } = statSync(`${packageRoot}/node_modules/.package-lock.json`)
    return `${packageRoot} ${mtimeMs} ${size}`
  } catch {
    return undefined
  }
}

function fileUrl(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`
}

// A package may need another version than this repository, in a folder of its own.
function isInPackage(url: string | undefined): boolean {
  return url?.includes('/node_modules/') ?? false
}

function readIndex({ readFileSync }: FileSystem): JoinedIndex | undefined {
  try {
    return JSON.parse(readFileSync(`${joinedPackages}/index.json`, 'utf8')) as JoinedIndex
  } catch {
    // They only save time, so whatever is wrong with them is no reason to fail.
    return undefined
  }
}
