import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { buildErrors } from '../errors.ts'
import type { ZipEntry } from '../zip.ts'

/** Reads every file below a folder as the entries of a zip; undefined when there is no such folder. */
export async function readZipEntries(folder: string): Promise<ZipEntry[] | undefined> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => undefined)
  if (found === undefined) return undefined
  const files = found.filter(entry => !entry.isDirectory())
  return await Promise.all(files.map(entry => readZipEntry(folder, join(entry.parentPath, entry.name))))
}

async function readZipEntry(folder: string, path: string): Promise<ZipEntry> {
  const inZip = relative(folder, path).split(sep).join('/')
  const found = await lstat(path)
  if (found.isSymbolicLink()) return readLink(inZip, await readlink(path))
  if (!found.isFile()) {
    throw new UserError(
      buildErrors['build-output'],
      `${quote(inZip)} in the build's output is neither a file nor a folder nor a link`,
      {
        remedy: 'Make the build write only files, folders and links.',
      },
    )
  }
  const kind = found.mode & 0o100 ? 'executable' : 'file'
  return { path: inZip, bytes: await readFile(path), kind }
}

function readLink(inZip: string, target: string): ZipEntry {
  const from = join(dirname(inZip), target)
  if (!isAbsolute(target) && from !== '..' && !from.startsWith(`..${sep}`)) {
    return { path: inZip, bytes: Buffer.from(target), kind: 'link' }
  }
  throw new UserError(
    buildErrors['build-output'],
    `${quote(inZip)} in the build's output is a symlink that points outside it`,
    {
      cause: `it points to ${quote(target)}`,
      remedy: 'Make the build copy the file, or link to it with a relative path.',
    },
  )
}
