import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Content } from './unpack.ts'
import { unpack } from './unpack.ts'

/** Folders with code, each unpacked once, below one root that is made for the first of them. */
export type Folders = {
  /** The folder of some code, by what tells it from other code, and the root of all folders. */
  open: (codeId: string, content: Content) => Promise<{ root: string; folder: string }>
  remove: () => Promise<void>
}

// Every Node.js runtime of Lambda has the clients of the SDK (AWS Lambda developer guide, "Runtime-included SDK versions").
const sdk = fileURLToPath(new URL('../../../node_modules/@aws-sdk', import.meta.url))

/** Makes no folder yet. */
export function createFolders(prefix: string): Folders {
  let root: Promise<string> | undefined
  const open = new Map<string, Promise<string>>()
  const makeRoot = async () => {
    const made = await mkdtemp(join(tmpdir(), prefix))
    await mkdir(join(made, 'node_modules'))
    await symlink(sdk, join(made, 'node_modules', '@aws-sdk'))
    return made
  }
  const make = async (name: string, content: Content) => {
    root ??= makeRoot()
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
