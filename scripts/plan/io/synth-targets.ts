import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import { stackId } from '../../names/target.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import { type Synthesized, type Synthesizer, startSynthesizer } from '../../stack/io/synth.ts'
import type { Run } from './run.ts'

/** The folders of the stacks of some targets, and how long they took; `remove` takes them away. */
export type SynthesizedTargets = {
  readonly results: readonly Outcome<PinnedTarget, string>[]
  readonly synthMs: number
  remove(): Promise<void>
}

const fewAtOnce = 2

/** All in one process; when that fails, each alone, so that what is wrong with one does not stop the others. */
export async function synthesizeTargets(
  run: Run,
  targets: readonly PinnedTarget[],
): Promise<SynthesizedTargets> {
  const done: Synthesized[] = []
  const remove = async () => void (await Promise.all(done.map(one => one.remove())))
  const from = performance.now()
  const synthesize = async (synthesizer: Synthesizer, some: readonly PinnedTarget[]) => {
    const synthesized = await synthesizer.synthesize(run.workspace.git.root, {
      environments: run.workspace.environments,
      services: Object.fromEntries(run.pinned.services),
      foundation: false,
      stacks: some.map(({ service, environment, pin }) => ({ service, environment, pin })),
    })
    done.push(synthesized)
    return synthesized
  }
  const together = async () => {
    const all = await synthesize(run.synthesizer ?? startSynthesizer(run.environment), targets)
    return targets.map(target => ({ target, value: all.folder(stackId(target)) }))
  }
  const alone = async (error: unknown) => {
    if (!(error instanceof UserError) || targets.length === 1) throw error
    return await sideBySide(targets, fewAtOnce, async one =>
      (await synthesize(startSynthesizer(run.environment), [one])).folder(stackId(one)),
    )
  }
  const results = targets.length === 0 ? [] : await together().catch(alone)
  return { results, synthMs: performance.now() - from, remove }
}
