import { type Command, calledAs, type Options } from './command.ts'
import { exitCodeLines } from './exit-codes.ts'
import { commonOptions, settingsRead, usageWords, usualTexts } from './options/texts.ts'
import { wrap } from './page.ts'

const nameColumns = 16

const withoutMake =
  'Without make, run npx waybill <command> NAME=value …, or node scripts/<command>.ts where Waybill is no package. It also takes --help and --version, which print to stderr ' +
  'with JSON=1. docs/errors.md lists every error by its code.'

/** The help page of a command in lines of at most `columns`: usage, summary, options, examples and exit codes. */
export function help(command: Command, columns: number): string {
  const { name, summary, examples, options } = command
  return [
    hang(columns, calledAs(name), usageWords(options).join(' ')),
    '',
    wrap(summary, columns).join('\n'),
    section('Options', describe(columns, { ...options, ...commonOptions })),
    section('Environment', describe(columns, settingsRead(command))),
    section(
      examples.length === 1 ? 'Example' : 'Examples',
      examples.map(example => `  ${calledAs(name)} ${example}`.trimEnd()),
    ),
    section(
      'Exit codes (make itself turns any but 0 into 2)',
      exitCodeLines().map(([code, text]) => `  ${code}  ${text}`),
    ),
    '',
    ...wrap(withoutMake, columns),
  ]
    .filter(line => line !== undefined)
    .join('\n')
}

function section(title: string, lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : `\n${[`${title}:`, ...lines].join('\n')}`
}

function describe(columns: number, options: Options): string[] {
  return Object.entries(options).map(([name, { type, text = usualTexts[type] ?? '' }]) =>
    hang(columns, `  ${name.padEnd(nameColumns - 3)}`, text, nameColumns),
  )
}

/** Sets a text beside its title as a hanging indent. */
function hang(columns: number, title: string, text: string, indent = title.length + 1): string {
  const [first = '', ...others] = wrap(text, columns - indent)
  // A title that is too long for its column gets its own line.
  const begin =
    title.length < indent ? `${title.padEnd(indent)}${first}` : `${title}\n${' '.repeat(indent)}${first}`
  return [begin.trimEnd(), ...others.map(line => `${' '.repeat(indent)}${line}`)].join('\n')
}
