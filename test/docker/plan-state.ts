import { dockerfileError, type Instruction } from './dockerfile.ts'
import { readWords, UnknownVariableError } from './dockerfile-words.ts'
import type { Healthcheck } from './healthcheck.ts'
import type { ImagePlan } from './image-plan.ts'
import type { Platform } from './platform.ts'

/** One COPY: its sources as written, and its absolute destination. */
export type Copy = {
  /** The stage that it copies from, or an image that is not fetched; the build context if left out. */
  readonly from?: ImagePlan | 'image'
  readonly sources: readonly string[]
  readonly destination: string
  /** Whether the destination was written as a folder. */
  readonly isFolder: boolean
  readonly owner: string | undefined
  /** Whether COPY itself says that files are executable. */
  readonly isExecutable?: boolean
  readonly line: number
}

/** The part of the image's config for starting a container, with the config's own field names. */
export type ContainerConfig = {
  User?: string
  ExposedPorts?: Record<string, Record<string, never>>
  Env?: string[]
  Entrypoint?: readonly string[]
  Cmd?: readonly string[]
  Healthcheck?: Healthcheck
  WorkingDir?: string
  Labels?: Record<string, string>
}

/** The state of a stage after some of its instructions, or of what stands before the first one. */
export type PlanState = {
  readonly baseImage: string | undefined
  /** In lower case; docker compares it so. */
  readonly name: string | undefined
  /** The stages before it. */
  readonly stages: readonly PlanState[]
  readonly steps: Instruction[]
  readonly copies: Copy[]
  readonly folders: string[]
  readonly config: ContainerConfig
  readonly env: Map<string, string>
  /** The declared arguments in scope. */
  readonly args: Map<string, string | undefined>
  /** The arguments declared before the first FROM. */
  readonly defaults: ReadonlyMap<string, string | undefined>
  /** Values from the command line and the platform for arguments that are declared. */
  readonly given: ReadonlyMap<string, string>
}

/** The state before the first instruction. */
export function initialState(buildArgs: ReadonlyMap<string, string>, platform: Platform): PlanState {
  const target = [
    ['BUILDPLATFORM', 'linux/amd64'],
    ['BUILDOS', 'linux'],
    ['BUILDARCH', 'amd64'],
    ['BUILDVARIANT', ''],
    ['TARGETPLATFORM', platform.name],
    ['TARGETOS', platform.os],
    ['TARGETARCH', platform.architecture],
    ['TARGETVARIANT', platform.variant ?? ''],
  ] as const
  return {
    baseImage: undefined,
    name: undefined,
    stages: [],
    steps: [],
    copies: [],
    folders: [],
    config: {},
    env: new Map(),
    args: new Map(target),
    defaults: new Map(),
    given: new Map([...target, ...buildArgs]),
  }
}

/** Splits an instruction, or part of its text, into words with variables replaced. */
export function words(state: PlanState, { line, text }: Instruction, part = text): readonly string[] {
  try {
    return readWords(part, name => state.env.get(name) ?? state.args.get(name))
  } catch (error) {
    if (error instanceof UnknownVariableError) throw dockerfileError(line, error.message)
    throw error
  }
}

/** The single word of an instruction that takes one. */
export function oneWord(state: PlanState, instruction: Instruction): string {
  const [word, ...more] = words(state, instruction)
  if (word !== undefined && more.length === 0) return word
  throw dockerfileError(instruction.line, `${instruction.keyword} takes one word`)
}

/** The `name=value` words of an instruction. */
export function pairs(state: PlanState, instruction: Instruction): readonly (readonly [string, string])[] {
  return words(state, instruction).map(word => {
    const [name, value] = splitPair(word)
    if (name !== '' && value !== undefined) return [name, value] as const
    throw dockerfileError(instruction.line, `${instruction.keyword} takes name=value, not "${word}"`)
  })
}

/** Splits `name=value`; the value is undefined when there is no `=`. */
export function splitPair(word: string): readonly [string, string | undefined] {
  const at = word.indexOf('=')
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}
