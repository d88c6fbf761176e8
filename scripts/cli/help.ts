import type { z } from 'zod'
import type { Command } from './command.ts'
import { exitCodeLines } from './exit-codes.ts'
import { commonOptions, usageWords } from './options.ts'
import { settingsRead } from './settings.ts'

const columns = 80
const nameColumns = 16

/** The help page of a command: usage, summary, options, examples and exit codes. */
export function help(command: Command): string {
  const { name, summary, examples, options } = command
  return [
    hang(`make ${name}`, usageWords(options).join(' ')),
    '',
    wrap(summary, columns).join('\n'),
    section('Options', describe({ ...options, ...commonOptions })),
    section('Environment', describe(settingsRead(command))),
    section(
      examples.length === 1 ? 'Example' : 'Examples',
      examples.map(example => `  make ${name} ${example}`.trimEnd()),
    ),
    section(
      'Exit codes (make itself turns any but 0 into 2)',
      exitCodeLines().map(([code, text]) => `  ${code}  ${text}`),
    ),
    '',
    'Without make, run node scripts/<command>.ts NAME=value …. It also takes --help',
    'and --version, which print to stderr with JSON=1. docs/errors.md lists every',
    'error by its code.',
  ]
    .filter(line => line !== undefined)
    .join('\n')
}

function section(title: string, lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : `\n${[`${title}:`, ...lines].join('\n')}`
}

function describe(options: z.ZodRawShape): string[] {
  return Object.entries(options).map(([name, schema]) =>
    hang(`  ${name.padEnd(nameColumns - 3)}`, (schema as z.ZodType).description ?? '', nameColumns),
  )
}

/** Sets a text beside its title as a hanging indent. */
function hang(title: string, text: string, indent = title.length + 1): string {
  const [first = '', ...others] = wrap(text, columns - indent)
  // A title that is too long for its column gets its own line.
  const begin =
    title.length < indent ? `${title.padEnd(indent)}${first}` : `${title}\n${' '.repeat(indent)}${first}`
  return [begin.trimEnd(), ...others.map(line => `${' '.repeat(indent)}${line}`)].join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
