import { applyInstruction } from './apply-instruction.ts'
import { dockerfileError, type Instruction } from './dockerfile.ts'
import { type ContainerConfig, type Copy, initialState, type PlanState } from './plan-state.ts'
import type { Platform } from './platform.ts'
import { findStage, mayHoldMore, openStage } from './stages.ts'
import { StandInError } from './stand-in-error.ts'

/** What a stage of a Dockerfile asks for, with all variables replaced. */
export type ImagePlan = {
  readonly baseImage: string
  readonly copies: readonly Copy[]
  /** The folders that WORKDIR creates. */
  readonly folders: readonly string[]
  readonly config: ContainerConfig
  readonly steps: readonly Instruction[]
  /** Whether it may hold files that the stand-in does not know. */
  readonly mayHoldMore: boolean
}

/** What a build is told besides its Dockerfile. */
export type BuildWords = {
  readonly buildArgs: ReadonlyMap<string, string>
  /** The stage to build; the last by default. */
  readonly target: string | undefined
}

/**
 * Applies a Dockerfile's instructions for one platform, up to the stage that is wanted, or throws a StandInError for
 * unknown ones.
 */
export function planImage(
  instructions: readonly Instruction[],
  { buildArgs, target }: BuildWords,
  platform: Platform,
): ImagePlan {
  const opening = initialState(buildArgs, platform)
  const stages: PlanState[] = []
  for (const instruction of instructions) {
    if (instruction.keyword !== 'FROM') {
      applyInstruction(stages.at(-1) ?? opening, instruction, planOf)
    } else {
      if (target !== undefined && findStage(stages, target) !== undefined) break
      stages.push(openStage(opening, [...stages], instruction))
    }
  }
  const wanted = target === undefined ? stages.at(-1) : findStage(stages, target)
  if (wanted !== undefined) return planOf(wanted)
  if (stages.length === 0) throw dockerfileError(1, 'there is no FROM')
  throw new StandInError(`ERROR: target stage "${target}" could not be found`)
}

function planOf(state: PlanState): ImagePlan {
  const { baseImage = '', copies, folders, config, steps } = state
  return { baseImage, copies, folders, config, steps, mayHoldMore: mayHoldMore(state) }
}
