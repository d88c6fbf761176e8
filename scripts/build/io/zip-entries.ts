import { isUtf8 } from 'node:buffer'
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { plain, quote } from '../../base/printable.ts'
import { type ErrorDetails, UserError } from '../../base/user-error.ts'
import { buildErrors } from '../errors.ts'
import type { ZipEntry } from '../zip.ts'

/** Something in a build's output that becomes an entry of its zip; plain data, to be handed to a worker. */
export type FoundEntry = Pick<ZipEntry, 'path' | 'kind'> & {
  /** In bytes. */
  readonly size: number
  /** What tells whether a file is still as it was found. */
  readonly state: string
}

/**
 * Finds every file, link and empty folder below a folder; undefined if there is no such folder. Its calls are
 * synchronous, which costs a fifth of the time with many files: nothing else goes on meanwhile.
 */
export function findZipEntries(folder: string): FoundEntry[] | undefined {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined
  return findIn(folder, '')
}

function findIn(folder: string, inZip: string): FoundEntry[] {
  // As text, a name that is not UTF-8 would be that of another file.
  const names = explained(inZip, () => readdirSync(join(folder, inZip), { encoding: 'buffer' }))
  return names.flatMap(bytes => {
    const name = isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1')
    const path = inZip === '' ? name : `${inZip}/${name}`
    if (!isUtf8(bytes)) throw outputError(path, 'has a name that is not UTF-8', rename)
    return findAt(folder, path)
  })
}

function findAt(folder: string, path: string): FoundEntry[] {
  const found = explained(path, () => lstatSync(join(folder, path), { bigint: true }))
  const entry = { path, size: Number(found.size), state: stateOf(found) }
  if (found.isSymbolicLink()) return [{ ...entry, kind: 'link' }]
  if (found.isFile()) return [{ ...entry, kind: found.mode & 0o100n ? 'executable' : 'file' }]
  if (found.isDirectory()) {
    const inside = findIn(folder, path)
    return inside.length > 0 ? inside : [{ ...entry, size: 0, kind: 'folder' }]
  }
  throw outputError(path, 'is neither a file nor a folder nor a link', {
    remedy: 'Let the build leave only files, folders and links.',
  })
}

function stateOf({ ino, mode, size, mtimeNs }: BigIntStats): string {
  return [ino, mode, size, mtimeNs].join(' ')
}

/** The entry of a zip that reads its bytes when they are asked for, so that one file at a time is open and in memory. */
export function readZipEntry(folder: string, found: FoundEntry): ZipEntry {
  const { path, kind } = found
  return {
    path,
    kind,
    get bytes() {
      if (kind === 'folder') return new Uint8Array()
      if (kind === 'link') return readLink(folder, path)
      return explained(path, () => readFile(folder, found))
    },
  }
}

function readFile(folder: string, { path, size, state }: FoundEntry): Uint8Array {
  // What is there by now may be a link or a pipe, which must be neither followed nor waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = openSync(join(folder, path), flags)
  const isAsFound = () => stateOf(fstatSync(file, { bigint: true })) === state
  try {
    if (!isAsFound()) throw changed(path)
    const bytes = Buffer.allocUnsafe(size)
    for (let at = 0; at < size; ) {
      const read = readSync(file, bytes, at, size - at, at)
      if (read === 0) throw changed(path)
      at += read
    }
    if (!isAsFound()) throw changed(path)
    return bytes
  } finally {
    closeSync(file)
  }
}

function readLink(folder: string, path: string): Uint8Array {
  const bytes = explained(path, () => readlinkSync(join(folder, path), { encoding: 'buffer' }))
  if (!isUtf8(bytes)) throw outputError(path, 'is a link to a name that is not UTF-8', rename)
  const target = bytes.toString()
  const from = join(dirname(path), target)
  if (!isAbsolute(target) && from !== '..' && !from.startsWith(`..${sep}`)) return bytes
  throw outputError(path, 'is a link that leads out of it', {
    cause: `it points to ${quote(target)}`,
    remedy: 'Let the build copy the file, or link to it with a relative path.',
  })
}

// They say that what was listed a moment ago is not there any more.
const gone = /^(ENOENT|ENOTDIR|ELOOP|ENXIO)$/

/** Turns what the system says about a file into an error that names the file. */
function explained<Value>(path: string, act: () => Value): Value {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error
    if (gone.test(String(error.code))) throw changed(path)
    throw outputError(path, 'cannot be read', {
      cause: plain(error.message, 400),
      remedy: 'Let the build leave only files and folders that the user who runs it may read.',
    })
  }
}

const rename = { remedy: 'Let the build give it another name: those in a zip are UTF-8.' }

function changed(path: string): UserError {
  return outputError(path, 'changed while it was read', {
    cause: 'something that the build started may still be running',
    remedy: 'Let build.command wait for all that it starts, then run this again.',
  })
}

function outputError(path: string, problem: string, details: ErrorDetails): UserError {
  const what = path === '' ? "the build's output" : `${quote(path)} in the build's output`
  return new UserError(buildErrors['build-output'], `${what} ${problem}`, details)
}
