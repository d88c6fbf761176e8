import { UserError } from '../../base/user-error.ts'
import { type Command, calledAs, type Options } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { type Settings, settingsOf } from './settings.ts'
import { commonOptions, settingOptions, settingsRead, usageWords } from './texts.ts'
import { optionTypes } from './types.ts'

// CI services set a variable of this name to the commit that they run on.
const onlyArguments: readonly string[] = ['COMMIT']

/** A command's parsed options and settings. */
export type ReadOptions = {
  /** The options that are in the environment but only count as arguments. */
  readonly ignored: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly dryRun: boolean
  readonly settings: Settings
}

type Texts = Readonly<Record<string, string>>

/** Reads a command's options from what its words give and its environment, and reports every fault at once. */
export function readOptions(command: Command, environment: Texts, argued: Texts): ReadOptions {
  const taken: Options = { ...command.options, ...commonOptions, ...settingsRead(command) }
  const fromEnvironment = pick(environment, Object.keys(taken))
  const only = onlyArguments.filter(name => fromEnvironment[name] !== undefined)
  for (const name of only) delete fromEnvironment[name]
  const { DRY_RUN, JSON: _, ...values } = readValues(command, taken, { ...fromEnvironment, ...argued })
  const ignored = only.filter(name => argued[name] === undefined)
  return { ignored, options: values, dryRun: DRY_RUN === true, settings: settingsOf(values) }
}

/** The values of the options that are given, and of flags that are not. */
function readValues(command: Command, taken: Options, given: Texts): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const faults: Fault[] = []
  for (const [name, { type, isRequired }] of Object.entries(taken)) {
    const text = given[name]
    if (text === undefined && isRequired) faults.push({ name, says: `${name} is missing` })
    if (text === undefined) {
      if (type === 'flag') values[name] = false
      continue
    }
    const reading = optionTypes[type](text)
    if ('value' in reading) values[name] = reading.value
    else faults.push(...reading.faults.map(says => ({ name, says: `${name}: ${says}` })))
  }
  if (faults.length > 0) throw invalid(command, faults)
  return values
}

type Fault = { readonly name: string; readonly says: string }

function invalid(command: Command, faults: readonly Fault[]): UserError {
  const names = [...new Set(faults.map(({ name }) => name))]
  const variables = names.filter(name => Object.hasOwn(settingOptions, name))
  const remedies = [
    ...(variables.length < names.length ? [usage(command)] : []),
    ...variables.map(name => `Correct ${name} in the environment, or unset it.`),
  ]
  const problem = [...new Set(faults.map(({ says }) => says))].join('\n')
  return new UserError(cliErrors['option-invalid'], problem, { remedy: remedies.join('\n') })
}

function usage({ name, options }: Command): string {
  return [calledAs(name), ...usageWords(options)].join(' ')
}

// make passes every variable, most of them empty.
function pick(environment: Texts, names: readonly string[]): Record<string, string> {
  const entries = names.map(name => [name, environment[name]])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''))
}
