import { z } from 'zod'
import { UserError } from '../../base/user-error.ts'
import { type Action, type Command, calledAs } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { flag } from './option-types.ts'
import { type Settings, settingsOf, settingsRead, settingsShape } from './settings.ts'
import { usageWords } from './words.ts'

// CI services set a variable of this name to the commit that they run on.
const onlyArguments: readonly string[] = ['COMMIT']

const commonShape = { DRY_RUN: flag, JSON: flag }

/** A command's parsed options and settings. */
export type ReadOptions = {
  /** The options that are in the environment but only count as arguments. */
  readonly ignored: readonly string[]
  readonly options: Record<string, unknown>
  readonly dryRun: boolean
  readonly settings: Settings
}

/** Reads a command's options from what its words give and its environment, and reports every fault at once. */
export function readOptions(
  command: Command,
  { options: ownShape }: Pick<Action, 'options'>,
  environment: Readonly<Record<string, string>>,
  argued: Readonly<Record<string, string>>,
): ReadOptions {
  const shape = { ...ownShape, ...commonShape, ...settingsRead(command) }
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

// make passes every variable, most of them empty.
function pick(
  environment: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  const entries = names.map(name => [name, environment[name]])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''))
}
