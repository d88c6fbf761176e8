import { posix } from 'node:path'
import { dockerfileError, type Instruction } from './dockerfile.ts'
import { readExecForm } from './dockerfile-words.ts'
import { readHealthcheck } from './healthcheck.ts'
import { oneWord, type PlanState, pairs, splitPair, words } from './plan-state.ts'

type Apply = (state: PlanState, instruction: Instruction) => void

const APPLY: ReadonlyMap<string, Apply> = new Map([
  ['FROM', applyFrom],
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

/** Applies one instruction to the state, or throws a StandInError if it is unknown. */
export function applyInstruction(state: PlanState, instruction: Instruction): void {
  const { keyword, line } = instruction
  const apply = APPLY.get(keyword)
  if (apply === undefined) throw dockerfileError(line, `${keyword} is not known to the stand-in`)
  if (state.baseImage === undefined && keyword !== 'FROM' && keyword !== 'ARG') {
    throw dockerfileError(line, `${keyword} stands before FROM`)
  }
  apply(state, instruction)
}

function applyFrom(state: PlanState, instruction: Instruction): void {
  const { line, text } = instruction
  if (state.baseImage !== undefined)
    throw dockerfileError(line, 'a second stage is not known to the stand-in')
  const [image, as, , ...more] = words(state, instruction).filter(word => !word.startsWith('--platform='))
  const isKnown = image !== undefined && (as === undefined || as.toUpperCase() === 'AS') && more.length === 0
  if (!isKnown || image.startsWith('--'))
    throw dockerfileError(line, `FROM ${text} is not known to the stand-in`)
  state.baseImage = image
  // Arguments declared before FROM are in scope only in FROM, until declared again.
  for (const [name, value] of state.args) state.defaults.set(name, value)
  state.args.clear()
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

function applyCopy(state: PlanState, instruction: Instruction): void {
  const { text, line } = instruction
  const [flagsText = ''] = /^(--\S+\s+)*/.exec(text) ?? []
  const flags = words(state, instruction, flagsText)
  const unknown = flags.find(flag => !flag.startsWith('--chown='))
  if (unknown !== undefined) throw dockerfileError(line, `COPY ${unknown} is not known to the stand-in`)
  const rest = text.slice(flagsText.length)
  const paths = readExecForm(rest) ?? words(state, instruction, rest)
  const destination = paths.at(-1)
  if (destination === undefined || paths.length < 2)
    throw dockerfileError(line, 'COPY needs a source and a destination')
  state.copies.push({
    sources: paths.slice(0, -1),
    destination: posix.resolve(state.config.WorkingDir ?? '/', destination),
    isFolder: /(^|\/)\.{0,2}$/.test(destination) || paths.length > 2,
    owner: flags.at(-1)?.slice('--chown='.length),
    line,
  })
}
