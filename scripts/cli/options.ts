import { z } from 'zod'
import { quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { type Command, calledAs } from './command.ts'
import { cliErrors } from './errors.ts'
import { explainUnknownOption } from './option-takers.ts'
import { flag } from './option-types.ts'
import { type Settings, settingsOf, settingsRead, settingsShape } from './settings.ts'

/** The options that every command takes. */
export const commonOptions = {
  DRY_RUN: flag.describe('1: print what would be done, write nothing'),
  JSON: flag.describe('1: one JSON document on stdout, messages on stderr'),
}

/** Options as a usage line shows them: `ENV=…`, and `[TAG=…]` for one that may be left out. */
export function usageWords(options: z.ZodRawShape): string[] {
  return Object.entries(options).map(([option, schema]) =>
    (schema as z.ZodType).safeParse(undefined).success ? `[${option}=…]` : `${option}=…`,
  )
}

// CI services set a variable of this name to the commit that they run on.
const onlyArguments: readonly string[] = ['COMMIT']

/** A command's parsed options and settings. */
export type ReadOptions = {
  /** The options that are in the environment but only count as arguments. */
  readonly ignored: readonly string[]
  readonly options: Record<string, unknown>
  readonly dryRun: boolean
  readonly settings: Settings
}

/** Reads a command's options from its words, as in `TAG=…`, and its environment, and reports every fault at once. */
export function readOptions(
  command: Command,
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
): ReadOptions {
  const names = Object.keys({ ...command.options, ...commonOptions })
  const shape = { ...command.options, ...commonOptions, ...settingsRead(command) }
  const argued = readWords(words, names, command.name)
  const fromEnvironment = pick(environment, Object.keys(shape))
  const only = onlyArguments.filter(name => fromEnvironment[name] !== undefined)
  for (const name of only) delete fromEnvironment[name]
  const given = { ...fromEnvironment, ...argued }
  const result = z.object(shape).safeParse(given)
  if (!result.success) throw invalid(command, given, result.error.issues)
  const { DRY_RUN, JSON: _, ...options } = result.data
  const ignored = only.filter(name => argued[name] === undefined)
  return { ignored, options, dryRun: DRY_RUN, settings: settingsOf(pick(given, command.reads)) }
}

function invalid(
  command: Command,
  given: Record<string, string>,
  issues: readonly z.core.$ZodIssue[],
): UserError {
  const faults = issues.map(issue => {
    const name = String(issue.path[0])
    return given[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`
  })
  const names = [...new Set(issues.map(issue => String(issue.path[0])))]
  const variables = names.filter(name => Object.hasOwn(settingsShape, name))
  const remedies = [
    ...(variables.length < names.length ? [usage(command)] : []),
    ...variables.map(name => `Correct ${name} in the environment, or unset it.`),
  ]
  const problem = [...new Set(faults)].join('\n')
  return new UserError(cliErrors['option-invalid'], problem, { remedy: remedies.join('\n') })
}

function usage({ name, options }: Command): string {
  return [calledAs(name), ...usageWords(options)].join(' ')
}

function readWords(
  words: readonly string[],
  names: readonly string[],
  command: string,
): Record<string, string> {
  const given = words.map(word => {
    const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(word) ?? []
    return { word, name, value }
  })
  const unknown = given.filter(({ name }) => !names.includes(name))
  if (unknown.length > 0) {
    const takes = `It takes ${names.map(known => `${known}=…`).join(' ')}`
    const hints = unknown.map(({ name, word }) => explainUnknownOption(name || word, names))
    throw new UserError(
      cliErrors['option-unknown'],
      unknown.map(({ word }) => `${command} has no option ${quote(word)}`).join('\n'),
      { remedy: [...new Set(hints.filter(Boolean)), takes].join('\n') },
    )
  }
  return Object.fromEntries(given.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]))
}

// make passes every variable, most of them empty.
function pick(
  environment: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  const entries = names.map(name => [name, environment[name]])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''))
}

/** Whether the command answers in JSON; known even if the other options are invalid. */
export function wantsJson(environment: Readonly<Record<string, string>>, words: readonly string[]): boolean {
  const last =
    words.findLast(word => word.startsWith('JSON='))?.slice('JSON='.length) ?? environment.JSON ?? ''
  return ['1', 'true', 'yes'].includes(last)
}
