import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Content } from './unpack.ts'
import { unpack } from './unpack.ts'

/** Folders with code, each unpacked once, below one root that is made for the first of them. */
export type Folders = {
  /** The folder of some code, by what tells it from other code, and the root of all folders. */
  open: (codeId: string, content: Content) => Promise<{ root: string; folder: string }>
  remove: () => Promise<void>
}

/** Makes no folder yet. */
export function createFolders(prefix: string): Folders {
  let root: Promise<string> | undefined
  const open = new Map<string, Promise<string>>()
  const make = async (name: string, content: Content) => {
    root ??= mkdtemp(join(tmpdir(), prefix))
    const folder = join(await root, name)
    await mkdir(folder)
    await unpack(content, folder)
    return folder
  }
  return {
    open: async (codeId, content) => {
      const made = open.get(codeId) ?? make(String(open.size), content)
      open.set(codeId, made)
      const folder = await made
      return { root: join(folder, '..'), folder }
    },
    remove: async () => {
      if (root) await rm(await root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
