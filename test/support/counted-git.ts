import { readFile, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type World, writeFiles } from './world.ts'

/** Writes down each git that a command of Waybill starts; those that git starts itself are found elsewhere. */
export async function countGit(world: World): Promise<{
  env: Record<string, string>
  /** The verbs of all processes since it was last asked. */
  started(): Promise<string[]>
}> {
  const folder = join(world.folder, 'counted')
  const log = join(folder, 'log')
  const { PATH: NEXT = '' } = world.env
  const script = `#!/bin/sh\necho "git $*" >> '${log}'\nPATH=$NEXT exec git "$@"\n`
  await writeFiles(folder, { git: script })
  return {
    env: { NEXT, PATH: `${folder}${delimiter}${NEXT}` },
    async started() {
      const text = await readFile(log, 'utf8').catch(() => '')
      await rm(log, { force: true })
      // Settings come before the verb.
      return [...text.matchAll(/^git (?:-c \S+ )*(\S+)/gm)].map(([, verb = '']) => verb)
    },
  }
}
