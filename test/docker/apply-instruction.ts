import { posix } from 'node:path'
import { dockerfileError, type Instruction } from './dockerfile.ts'
import { readExecForm } from './dockerfile-words.ts'
import { readHealthcheck } from './healthcheck.ts'
import type { ImagePlan } from './image-plan.ts'
import { oneWord, type PlanState, pairs, splitPair, words } from './plan-state.ts'
import { findStage } from './stages.ts'

type Apply = (state: PlanState, instruction: Instruction, planOf: PlanOf) => void

/** What a stage asks for, as far as it was read. */
type PlanOf = (stage: PlanState) => ImagePlan

const APPLY: ReadonlyMap<string, Apply> = new Map([
  ['ARG', applyArg],
  ['ENV', applyEnv],
  ['LABEL', applyLabel],
  ['WORKDIR', applyWorkdir],
  ['COPY', applyCopy],
  ['USER', applyUser],
  ['EXPOSE', applyExpose],
  ['CMD', applyCommand],
  ['ENTRYPOINT', applyEntrypoint],
  ['HEALTHCHECK', applyHealthcheck],
  ['RUN', () => {}],
])

/** Applies one instruction but FROM to the state, or throws a StandInError if it is unknown. */
export function applyInstruction(state: PlanState, instruction: Instruction, planOf: PlanOf): void {
  const { keyword, line } = instruction
  const apply = APPLY.get(keyword)
  if (apply === undefined) throw dockerfileError(line, `${keyword} is not known to the stand-in`)
  if (state.baseImage === undefined && keyword !== 'ARG') {
    throw dockerfileError(line, `${keyword} stands before FROM`)
  }
  apply(state, instruction, planOf)
  state.steps.push(instruction)
}

function applyArg(state: PlanState, instruction: Instruction): void {
  for (const word of words(state, instruction)) {
    const [name, value] = splitPair(word)
    state.args.set(name, state.given.get(name) ?? value ?? state.defaults.get(name))
  }
}

function applyEnv(state: PlanState, instruction: Instruction): void {
  for (const [name, value] of pairs(state, instruction)) state.env.set(name, value)
  state.config.Env = [...state.env].map(([name, value]) => `${name}=${value}`)
}

function applyLabel(state: PlanState, instruction: Instruction): void {
  state.config.Labels = { ...state.config.Labels, ...Object.fromEntries(pairs(state, instruction)) }
}

function applyWorkdir(state: PlanState, instruction: Instruction): void {
  const folder = posix.resolve(state.config.WorkingDir ?? '/', oneWord(state, instruction))
  state.config.WorkingDir = folder
  state.folders.push(folder)
}

function applyUser(state: PlanState, instruction: Instruction): void {
  state.config.User = oneWord(state, instruction)
}

function applyExpose(state: PlanState, instruction: Instruction): void {
  const ports = words(state, instruction).map(word => {
    if (!/^\d{1,5}(\/(tcp|udp))?$/.test(word))
      throw dockerfileError(instruction.line, `"${word}" is not a port`)
    return [word.includes('/') ? word : `${word}/tcp`, {}] as const
  })
  state.config.ExposedPorts = { ...state.config.ExposedPorts, ...Object.fromEntries(ports) }
}

function applyCommand(state: PlanState, { text }: Instruction): void {
  state.config.Cmd = readCommand(text)
}

function applyEntrypoint(state: PlanState, { text }: Instruction): void {
  state.config.Entrypoint = readCommand(text)
}

function applyHealthcheck(state: PlanState, { text, line }: Instruction): void {
  state.config.Healthcheck = readHealthcheck(text, line)
}

function readCommand(text: string): readonly string[] {
  return readExecForm(text) ?? ['/bin/sh', '-c', text]
}

function applyCopy(state: PlanState, instruction: Instruction, planOf: PlanOf): void {
  const { text, line } = instruction
  const [flagsText = ''] = /^(--\S+\s+)*/.exec(text) ?? []
  const flags = readFlags(words(state, instruction, flagsText), line)
  const rest = text.slice(flagsText.length)
  const paths = readExecForm(rest) ?? words(state, instruction, rest)
  const destination = paths.at(-1)
  if (destination === undefined || paths.length < 2)
    throw dockerfileError(line, 'COPY needs a source and a destination')
  const from = flags.get('from')
  const stage = from === undefined ? undefined : findStage(state.stages, from)
  const mode = flags.get('chmod')
  state.copies.push({
    ...(from === undefined ? {} : { from: stage === undefined ? 'image' : planOf(stage) }),
    ...(mode === undefined ? {} : { isExecutable: isExecutable(mode, line) }),
    sources: paths.slice(0, -1),
    destination: posix.resolve(state.config.WorkingDir ?? '/', destination),
    isFolder: /(^|\/)\.{0,2}$/.test(destination) || paths.length > 2,
    owner: flags.get('chown'),
    line,
  })
}

const COPY_FLAGS = /^--(?:(from|chown|chmod)=(.+)|(link))$/

function readFlags(flags: readonly string[], line: number): ReadonlyMap<string, string> {
  return new Map(
    flags.map(flag => {
      const [, name, value = '', alone = ''] = COPY_FLAGS.exec(flag) ?? []
      if (name === undefined && alone === '')
        throw dockerfileError(line, `COPY ${flag} is not known to the stand-in`)
      return [name ?? alone, value]
    }),
  )
}

function isExecutable(mode: string, line: number): boolean {
  if (!/^0?[0-7]{3}$/.test(mode)) throw dockerfileError(line, `"${mode}" is not a mode`)
  return (Number.parseInt(mode, 8) & 0o100) !== 0
}
