import type { Wanted } from './files.ts'

/** What init does with a file: makes it, adds lines, or leaves it. */
export type Step = {
  readonly path: string
  readonly action: 'create' | 'add' | 'nothing' | 'show'
  /** The whole text to write, or the one that is shown. */
  readonly text: string
}

/** Decides what to do with a file that has this text, undefined if it does not exist. */
export function decideFile({ path, text, how }: Wanted, present: string | undefined): Step {
  if (present === undefined) return { path, action: 'create', text }
  if (how === 'lines') return addLines(path, text, present)
  const isSame = how === 'yours' || plainEnds(present) === plainEnds(text)
  return { path, action: isSame ? 'nothing' : 'show', text }
}

function addLines(path: string, text: string, present: string): Step {
  const lines = new Set(plainEnds(present).split('\n'))
  // Whoever removed some of the lines meant it.
  const [first = ''] = text.split('\n')
  if (lines.has(first)) return { path, action: 'nothing', text: present }
  const gap = present === '' ? '' : present.endsWith('\n') ? '\n' : '\n\n'
  return { path, action: 'add', text: `${present}${withEndsOf(present, gap + text)}` }
}

/** A text that has the line ends of Unix, with those of the file that it goes into. */
export function withEndsOf(present: string | undefined, text: string): string {
  return present?.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
}

/** A text with the line ends of Unix. */
export function plainEnds(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

/** The targets of a Makefile that are also commands of Waybill. */
export function clashingTargets(makefile: string, commands: readonly string[]): string[] {
  const targets = [...plainEnds(makefile).matchAll(/^([\w -]+):(?!=)/gm)].flatMap(([, names = '']) =>
    names.split(/ +/),
  )
  return commands.filter(name => targets.includes(name))
}
