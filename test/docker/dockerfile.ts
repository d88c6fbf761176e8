import { StandInError } from './stand-in-error.ts'

/** One instruction of a Dockerfile, with its continued lines joined. */
export type Instruction = {
  /** In capitals. */
  readonly keyword: string
  readonly text: string
  /** The line where it begins, from 1. */
  readonly line: number
}

/** The error for a line of a Dockerfile. */
export function dockerfileError(line: number, problem: string): StandInError {
  return new StandInError(`ERROR: Dockerfile:${line}: ${problem}`)
}

/** Splits a Dockerfile into its instructions, without comments and empty lines, even inside an instruction. */
export function parseDockerfile(text: string): readonly Instruction[] {
  const instructions: Instruction[] = []
  let open: { text: string; line: number } | undefined
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*#\s*escape\s*=\s*`/i.test(raw))
      throw dockerfileError(index + 1, 'another escape character is not known')
    if (/^\s*(#|$)/.test(raw)) continue
    const continued = /\\\s*$/.test(raw)
    open ??= { text: '', line: index + 1 }
    open.text += continued ? raw.replace(/\\\s*$/, '') : raw
    if (continued) continue
    instructions.push(readInstruction(open.text, open.line))
    open = undefined
  }
  if (open !== undefined) instructions.push(readInstruction(open.text, open.line))
  return instructions
}

function readInstruction(text: string, line: number): Instruction {
  const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(text) ?? []
  if (rest === '') throw dockerfileError(line, `${keyword} needs something after it`)
  if (/^(RUN|COPY|ADD)$/i.test(keyword) && /<<-?["']?\w/.test(rest)) {
    throw dockerfileError(line, 'a here-document is not known to the stand-in')
  }
  return { keyword: keyword.toUpperCase(), text: rest, line }
}
