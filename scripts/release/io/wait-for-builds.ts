import { findStored } from '../../artifacts/io/stores.ts'
import { commitName } from '../../artifacts/names.ts'
import type { AskListed, Listed } from '../../build/io/source-commit.ts'
import type { Project } from '../../project/io/project.ts'
import type { ReleaseSeen } from '../checks.ts'
import { decideTag } from '../decide-tag.ts'
import type { UnbuiltRelease } from './observe-release.ts'

const longestPollMs = 5000

/** Looks for the artifacts of releases, and waits up to `waitMs` for those that are not stored yet. */
export async function waitForBuilds(
  { stores, clock }: Project,
  releases: readonly UnbuiltRelease[],
  waitMs: number,
  progress: (text: string) => void,
): Promise<(ReleaseSeen & UnbuiltRelease)[]> {
  const named = releases.map(one => ({
    ...one,
    name: commitName(one.tag.service, one.config, one.sourceCommit),
  }))
  const needed = named.filter(one => decideTag(one).step !== 'already done').map(({ name }) => name)
  const end = clock.now() + waitMs
  for (;;) {
    const stored = await findStored(stores, needed)
    const left = end - clock.now()
    if (stored.size === needed.length || left <= 0)
      return named.map(({ name, ...one }) => ({ ...one, built: { name, stored: stored.has(name) } }))
    const missing = needed.length - stored.size
    progress(`waiting for the build of ${missing} of ${needed.length}, ${Math.ceil(left / 1000)} s left`)
    await clock.sleep(Math.min(longestPollMs, waitMs / 10, left))
  }
}

/** Asks for the inputs that builds list, and waits up to `waitMs` for those of builds that are still running. */
export function waitForLists<One>(
  { clock }: Pick<Project, 'clock'>,
  ask: AskListed<One>,
  waitMs: number,
  progress: (text: string) => void,
): AskListed<One> {
  return async asked => {
    const end = clock.now() + waitMs
    const found = new Map<One, Listed>()
    for (;;) {
      const missing = asked.filter(({ one }) => !found.has(one))
      for (const [one, list] of await ask(missing)) found.set(one, list)
      const left = end - clock.now()
      if (found.size === asked.length || left <= 0) return found
      const lacking = asked.length - found.size
      progress(`waiting for the build to list the inputs of ${lacking}, ${Math.ceil(left / 1000)} s left`)
      await clock.sleep(Math.min(longestPollMs, waitMs / 10, left))
    }
  }
}
