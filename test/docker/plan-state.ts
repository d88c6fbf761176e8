import { dockerfileError, type Instruction } from './dockerfile.ts'
import { readWords, UnknownVariableError } from './dockerfile-words.ts'
import type { Healthcheck } from './healthcheck.ts'
import type { Platform } from './platform.ts'

/** One COPY: sources as written, and where they go, which is absolute. */
export type Copy = {
  readonly sources: readonly string[]
  readonly destination: string
  /** Whether the destination was written as a folder. */
  readonly isFolder: boolean
  readonly owner: string | undefined
  readonly line: number
}

/** The part of the image's config that a container starts with, under the names which it has there. */
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

/** What is known after some of a Dockerfile's instructions. */
export type PlanState = {
  baseImage: string | undefined
  readonly copies: Copy[]
  readonly folders: string[]
  readonly config: ContainerConfig
  readonly env: Map<string, string>
  /** The declared arguments that hold now. */
  readonly args: Map<string, string | undefined>
  /** What was declared before FROM. */
  readonly defaults: Map<string, string | undefined>
  /** What the command line and the platform give to whoever declares it. */
  readonly given: ReadonlyMap<string, string>
}

/** The state before the first instruction. */
export function initialState(buildArgs: ReadonlyMap<string, string>, platform: Platform): PlanState {
  const target = [
    ['TARGETPLATFORM', platform.name],
    ['TARGETOS', platform.os],
    ['TARGETARCH', platform.architecture],
    ['TARGETVARIANT', platform.variant ?? ''],
  ] as const
  return {
    baseImage: undefined,
    copies: [],
    folders: [],
    config: {},
    env: new Map(),
    args: new Map(target),
    defaults: new Map(),
    given: new Map([...target, ...buildArgs]),
  }
}

/** The words of an instruction, or of a part of its text, with the variables that hold there. */
export function words(state: PlanState, { line, text }: Instruction, part = text): readonly string[] {
  try {
    return readWords(part, name => state.env.get(name) ?? state.args.get(name))
  } catch (error) {
    if (error instanceof UnknownVariableError) throw dockerfileError(line, error.message)
    throw error
  }
}

/** The one word that an instruction takes. */
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
