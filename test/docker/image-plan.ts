import { applyInstruction } from './apply-instruction.ts'
import { dockerfileError, type Instruction } from './dockerfile.ts'
import { type ContainerConfig, type Copy, initialState } from './plan-state.ts'
import type { Platform } from './platform.ts'

/** What a Dockerfile asks for, with all variables replaced. */
export type ImagePlan = {
  readonly baseImage: string
  readonly copies: readonly Copy[]
  /** The folders that WORKDIR creates. */
  readonly folders: readonly string[]
  readonly config: ContainerConfig
  readonly steps: readonly Instruction[]
}

/** Applies a Dockerfile's instructions for one platform, or throws a StandInError for unknown ones. */
export function planImage(
  instructions: readonly Instruction[],
  buildArgs: ReadonlyMap<string, string>,
  platform: Platform,
): ImagePlan {
  const state = initialState(buildArgs, platform)
  for (const instruction of instructions) applyInstruction(state, instruction)
  const { baseImage, copies, folders, config } = state
  if (baseImage === undefined) throw dockerfileError(1, 'there is no FROM')
  return {
    baseImage,
    copies,
    folders,
    config,
    steps: instructions.filter(({ keyword }) => keyword !== 'FROM'),
  }
}
