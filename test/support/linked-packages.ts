import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from './run.ts'

// Where the Makefile notes which package-lock.json the packages come from.
const stamp = '.installed.json'
// What each folder has of its own.
const own = new Set([stamp, '.cache'])

/** Links the checkout's packages into a folder that has none. */
export async function linkPackages(into: string): Promise<void> {
  const packages = join(projectRoot, 'node_modules')
  const links = join(into, 'node_modules')
  await mkdir(links)
  // One link each: an `npm ci` in the folder replaces links and never reaches the checkout's packages.
  const names = (await readdir(packages)).filter(name => !own.has(name))
  await Promise.all(names.map(name => symlink(join(packages, name), join(links, name))))
  await copyFile(join(projectRoot, 'package-lock.json'), join(links, stamp))
}
