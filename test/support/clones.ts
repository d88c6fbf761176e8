import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from './world.ts'

/** Clones the remote once more and answers the folder. */
export async function anotherClone(world: World, name = 'another'): Promise<string> {
  const folder = join(world.folder, name)
  await world.git(['clone', '--quiet', world.remote, folder], world.folder)
  return folder
}

/** Every ref of the remote with what it names. */
export function remoteState(world: World): Promise<string> {
  return world.git(['for-each-ref', '--format=%(objectname) %(refname)'], world.remote)
}

/** Whatever a person could miss in a clone: branches, tags, HEAD, index, work tree. */
export async function cloneState(world: World, folder = world.clone): Promise<string> {
  const asked = [
    ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags', 'refs/stash'],
    ['symbolic-ref', '--quiet', 'HEAD'],
    ['ls-files', '--stage'],
    ['status', '--porcelain', '--untracked-files=all'],
    ['diff'],
    ['diff', '--cached'],
  ]
  const said = await Promise.all(asked.map(args => world.git(args, folder)))
  return said.join('\n--\n')
}

/** The names of all tags in a clone or in the remote. */
export async function tagsOf(world: World, folder = world.clone): Promise<string[]> {
  return (await world.git(['tag', '--list'], folder)).split('\n').filter(Boolean)
}

/** Writes a hook of the remote, or of the repository with this folder for its hooks. */
export async function writeHook(
  world: World,
  name: string,
  script: string,
  folder = join(world.remote, 'hooks'),
): Promise<void> {
  const file = join(folder, name)
  await mkdir(folder, { recursive: true })
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
}
