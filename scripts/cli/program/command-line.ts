import { nearest } from '../../base/nearest.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { cliErrors } from '../errors.ts'

/** What a line of the `waybill` program asks for. */
export type Asked =
  | { readonly command: string; readonly words: readonly string[] }
  | { readonly page: 'help' | 'version' }

/** Reads the words after `waybill`, as in `release SERVICE=a VERSION=1.1.0`; throws if they name no command. */
export function readCommandLine(words: readonly string[], commands: readonly string[]): Asked {
  const [first = 'help', ...rest] = words
  if (first === '--version') return { page: 'version' }
  if (['help', '--help', '-h'].includes(first) && rest.length === 0) return { page: 'help' }
  if (first === 'help') return readCommandLine([...rest.slice(0, 1), '--help'], commands)
  if (commands.includes(first)) return { command: first, words: rest }
  const meant = nearest(first, commands)
  throw new UserError(cliErrors['command-unknown'], `there is no command ${quote(first)}`, {
    remedy: `${meant === undefined ? '' : `Did you mean ${meant}? `}The commands are ${commands.join(', ')}.`,
  })
}

/** The page that lists the commands, each with what it does. */
export function commandsPage(
  commands: readonly { readonly name: string; readonly summary: string }[],
): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'waybill <command> [NAME=value …]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${firstSentence(summary)}`),
    '',
    'waybill <command> --help shows what a command takes. Each takes DRY_RUN=1 and JSON=1.',
  ].join('\n')
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/.exec(text)?.[0] ?? text
}
