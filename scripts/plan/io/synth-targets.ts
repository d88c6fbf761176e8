import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import { stackId } from '../../names/target.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import type { Synthesized, Synthesizer } from '../../stack/io/synth.ts'
import type { Session } from './session.ts'

/** The stack folders of some targets, and how long the synth took. `remove` removes the folders. */
export type SynthesizedTargets = {
  readonly results: readonly Outcome<PinnedTarget, string>[]
  readonly synthMs: number
  remove(): Promise<void>
}

const synthLimit = 2

/** Synthesizes all targets in one process. If that fails, synthesizes each alone, so that only the faulty ones fail. */
export async function synthesizeTargets(
  session: Session,
  targets: readonly PinnedTarget[],
): Promise<SynthesizedTargets> {
  const done: Synthesized[] = []
  const remove = async () => void (await Promise.all(done.map(one => one.remove())))
  const from = performance.now()
  const synthesize = async (synthesizer: Synthesizer, some: readonly PinnedTarget[]) => {
    const synthesized = await synthesizer.synthesize(session.project.git.root, {
      environments: session.project.environments,
      services: Object.fromEntries(session.pinned.services),
      foundation: false,
      stacks: some.map(({ service, environment, pin }) => ({ service, environment, pin })),
    })
    done.push(synthesized)
    return synthesized
  }
  const together = async () => {
    const all = await synthesize(session.synthesizer(), targets)
    return targets.map(target => ({ target, value: all.folder(stackId(target)) }))
  }
  const alone = async (error: unknown) => {
    if (!(error instanceof UserError) || targets.length === 1) throw error
    return await sideBySide(targets, synthLimit, async one =>
      (await synthesize(session.synthesizer(), [one])).folder(stackId(one)),
    )
  }
  const results = targets.length === 0 ? [] : await together().catch(alone)
  return { results, synthMs: performance.now() - from, remove }
}
