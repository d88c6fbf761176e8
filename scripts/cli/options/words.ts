import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { explainUnknownOption } from '../option-takers.ts'
import { commonOptions } from './texts.ts'

/** The values that a command's words give to its options, as in `TAG=…`. An option that it does not take is refused. */
export function readWords({ name, options }: Command, words: readonly string[]): Record<string, string> {
  const names = Object.keys({ ...options, ...commonOptions })
  const given = words.map(word => {
    const [, option = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(word) ?? []
    return { word, option, value }
  })
  const unknown = given.filter(({ option }) => !names.includes(option))
  if (unknown.length > 0) {
    const takes = `It takes ${names.map(known => `${known}=…`).join(' ')}`
    const hints = unknown.map(({ option, word }) => explainUnknownOption(option || word, names))
    throw new UserError(
      cliErrors['option-unknown'],
      unknown.map(({ word }) => `${name} has no option ${quote(word)}`).join('\n'),
      { remedy: [...new Set(hints.filter(Boolean)), takes].join('\n') },
    )
  }
  return Object.fromEntries(
    given.filter(({ value }) => value !== '').map(({ option, value }) => [option, value]),
  )
}
