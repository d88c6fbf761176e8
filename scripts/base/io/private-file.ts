import { randomUUID } from 'node:crypto'
import { lstat, rename, rm, writeFile } from 'node:fs/promises'

/** What only its owner may read, such as plans, states and logs, which can hold secrets. */
export const privateMode = 0o600

/** The same for folders. */
export const privateFolderMode = 0o700

/**
 * Writes a file that only its owner may read, in place of one that may be there with other rights, and never a part of
 * it. Throws if the path names a link, a folder or a device.
 */
export async function writePrivate(path: string, bytes: Uint8Array): Promise<void> {
  const there = await lstat(path).catch(() => undefined)
  if (there !== undefined && !there.isFile()) {
    throw new Error(`${path} is ${there.isSymbolicLink() ? 'a link' : 'not a file'}`)
  }
  const unfinished = `${path}.${randomUUID()}`
  try {
    await writeFile(unfinished, bytes, { mode: privateMode, flag: 'wx', flush: true })
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
}
