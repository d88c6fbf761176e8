import { constants, type Dirent } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { baseErrors } from '../errors.ts'
import { quote } from '../printable.ts'
import { UserError } from '../user-error.ts'

/** The maximum size of a text that a person writes, in bytes: such a file has a few KB. */
export const mostOfAText = 16 * 1024 ** 2

/**
 * Reads a regular file of at most `maximum` bytes. A pipe or a device, which may never end, throws a `UserError` and so
 * does a larger file; a file that cannot be opened throws Node's own error.
 */
export async function readRegularFile(path: string, maximum: number): Promise<Buffer> {
  // Without O_NONBLOCK, opening a pipe waits for its writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile() && !found.isDirectory()) throw unreadable(path, 'is not a regular file')
    if (found.size > maximum) throw tooLarge(path, maximum)
    // One byte more, since a file can be larger than the system says.
    const parts: Buffer[] = await file.createReadStream({ end: maximum, autoClose: false }).toArray()
    const bytes = Buffer.concat(parts)
    if (bytes.length > maximum) throw tooLarge(path, maximum)
    return bytes
  } finally {
    await file.close()
  }
}

/** Reads a text file that a person writes. */
export async function readTextFile(path: string): Promise<string> {
  return (await readRegularFile(path, mostOfAText)).toString('utf8')
}

/** The same; undefined if there is no such file. */
export async function readTextFileIfAny(path: string): Promise<string | undefined> {
  return await readTextFile(path).catch(error => {
    if (isMissing(error)) return undefined
    throw error
  })
}

/** The entries of a folder; none if it does not exist. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch(error => {
    if (isMissing(error)) return []
    throw error
  })
}

/** Whether an error says that there is no such file or folder. */
export function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR'
}

function tooLarge(path: string, maximum: number): UserError {
  return unreadable(path, `is larger than ${maximum / 1024 ** 2} MB`)
}

function unreadable(path: string, why: string): UserError {
  return new UserError(baseErrors['file-unreadable'], `${quote(path)} ${why}`)
}
