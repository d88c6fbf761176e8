import { dockerfileError, type Instruction } from './dockerfile.ts'
import { type PlanState, words } from './plan-state.ts'

const SCRATCH = 'scratch'

/** Opens the stage of a FROM: it goes on from an earlier stage, or begins with an image, which is not fetched. */
export function openStage(
  opening: PlanState,
  stages: readonly PlanState[],
  instruction: Instruction,
): PlanState {
  const { line, text } = instruction
  const [image, as, name, ...more] = words(opening, instruction).filter(
    word => !word.startsWith('--platform='),
  )
  const isKnown = image !== undefined && (as === undefined || as.toUpperCase() === 'AS') && more.length === 0
  if (!isKnown || image.startsWith('--'))
    throw dockerfileError(line, `FROM ${text} is not known to the stand-in`)
  const base = stages.find(stage => stage.name === image.toLowerCase())
  return {
    ...opening,
    baseImage: base?.baseImage ?? image,
    name: name?.toLowerCase(),
    stages,
    steps: [...(base?.steps ?? [])],
    copies: [...(base?.copies ?? [])],
    folders: [...(base?.folders ?? [])],
    config: { ...base?.config },
    env: new Map(base?.env),
    // Arguments declared before the first FROM are in scope only in FROM, until declared again.
    args: new Map(),
    defaults: opening.args,
  }
}

/** The stage that a name or number means; undefined if there is none before. */
export function findStage(stages: readonly PlanState[], wanted: string): PlanState | undefined {
  const byName = stages.findLast(({ name }) => name === wanted.toLowerCase())
  return byName ?? (/^\d+$/.test(wanted) ? stages[Number(wanted)] : undefined)
}

/** Whether a stage may hold files that the stand-in does not know: those of its base image, or what a RUN makes. */
export function mayHoldMore({ baseImage, steps }: Pick<PlanState, 'baseImage' | 'steps'>): boolean {
  return baseImage !== SCRATCH || steps.some(({ keyword }) => keyword === 'RUN')
}
