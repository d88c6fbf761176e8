import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../support/run.ts'
import { type Timed, timed } from './measure.ts'
import type { Side } from './row.ts'

/** A version of Waybill: what a row calls it, and the folder that has its programs and their packages. */
export type Version = { readonly name: string; readonly root: string }

/** What is measured: this checkout. */
export const thisVersion: Version = { name: 'waybill', root: projectRoot }

/** How a program is started, and with which words. */
type Start = Timed & { readonly words?: readonly string[] }

/**
 * A side for each version, which starts the version's own copy of a program. `start` says how: for a run and the place of
 * the version among all, so that each can have something of its own to do. The row goes on without the versions after the
 * first where they fail.
 */
export function sidesOf(
  versions: readonly Version[],
  program: string,
  start: (nth: number, at: number) => Start,
): Side[] {
  return versions.map(({ name, root }, at) => ({
    name,
    isOptional: at > 0,
    async run(nth) {
      const file = join(root, program)
      if (!existsSync(file)) throw new Error(`it has no ${program}`)
      const { words = [], env, ...how } = start(nth, at)
      return await timed(process.execPath, [file, ...words], { ...how, env: withOwnCache(env, root) })
    },
  }))
}

/** Each version keeps compiled code in its own folder, as make lets it, if the environment names a folder for it at all. */
function withOwnCache(env: Record<string, string>, root: string): Record<string, string> {
  if (env.NODE_COMPILE_CACHE === undefined) return env
  return { ...env, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node') }
}
