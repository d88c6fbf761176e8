import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'
import { describeError } from '../base/join-errors.ts'
import { quote } from '../base/printable.ts'
import { exitCodes, UserError } from '../base/user-error.ts'
import { cliErrors } from './errors.ts'
import { flag } from './option-types.ts'
import { printError } from './print-error.ts'
import { type Reporter, reporter } from './reporter.ts'

/** What a command gets beside its own options. */
export type Invocation = {
  readonly report: Reporter
  /** The process's environment, read once. */
  readonly environment: Record<string, string>
  readonly folder: string
  readonly dryRun: boolean
  /** Asks a person at the terminal; undefined when there is none. */
  ask(question: string): Promise<string | undefined>
  /** From now on a request to end (Ctrl-C, SIGTERM) only aborts this signal; a second one ends the process. */
  untilStopped(): AbortSignal
}

/** A command: its options by name, and what it does with them. */
export type Command<Shape extends z.ZodRawShape> = {
  readonly name: string
  readonly summary: string
  /** One schema for each option, each with a `describe`. */
  readonly options: Shape
  /** Does it and answers what is printed with `JSON=1`. */
  run(options: z.output<z.ZodObject<Shape>>, invocation: Invocation): Promise<unknown>
}

const everyCommand = {
  DRY_RUN: flag.describe('1: print what would be done, write nothing'),
  JSON: flag.describe('1: one JSON document on stdout, messages on stderr'),
}

/** Runs a command with this process's arguments and environment, prints its end and sets the exit code. */
export async function runCommand<Shape extends z.ZodRawShape>(command: Command<Shape>): Promise<void> {
  enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'node'))
  for (const stream of [process.stdout, process.stderr]) stream.on('error', goOnUnread)
  const environment = definedOnly(process.env)
  const asJson = wantsJson(environment, process.argv)
  const report = reporter(asJson ? process.stderr : process.stdout)
  try {
    const result = await execute(command, environment, report)
    if (asJson) process.stdout.write(`${JSON.stringify(result ?? {}, null, 2)}\n`)
  } catch (error) {
    const code = error instanceof UserError ? exitCodes[error.ending] : exitCodes.bug
    printError(error, reporter(process.stderr))
    const details = error instanceof UserError ? error.details : undefined
    const document = { ...details, error: errorDocument(error, code) }
    if (asJson) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    process.exitCode = code
  }
}

// Whoever reads may go, as in `make deploy | head`: what was begun is still brought to its end.
function goOnUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

async function execute<Shape extends z.ZodRawShape>(
  command: Command<Shape>,
  environment: Record<string, string>,
  report: Reporter,
): Promise<unknown> {
  const words = process.argv.slice(2)
  if (words.some(word => word === '--help' || word === '-h' || word === 'help')) return help(command, report)
  const { DRY_RUN, JSON: _, ...options } = readOptions(command, environment, words)
  return await command.run(options as z.output<z.ZodObject<Shape>>, {
    report,
    environment,
    folder: process.cwd(),
    dryRun: DRY_RUN,
    ask,
    untilStopped,
  })
}

function untilStopped(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => controller.abort())
  return controller.signal
}

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new Promise<undefined>(resolve => terminal.once('close', () => resolve(undefined)))
  try {
    return (await Promise.race([terminal.question(question), closed]))?.trim() ?? ''
  } finally {
    terminal.close()
  }
}

function readOptions<Shape extends z.ZodRawShape>(
  command: Command<Shape>,
  environment: Record<string, string>,
  words: readonly string[],
) {
  const shape = { ...command.options, ...everyCommand }
  const given = {
    ...pick(environment, Object.keys(shape)),
    ...readWords(words, Object.keys(shape), command.name),
  }
  const result = z.object(shape).safeParse(given)
  if (result.success) return result.data as z.output<z.ZodObject<Shape>> & { DRY_RUN: boolean; JSON: boolean }
  const faults = result.error.issues.map(issue => {
    const name = String(issue.path[0])
    return given[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`
  })
  throw new UserError(cliErrors['option-invalid'], [...new Set(faults)].join('\n'), {
    remedy: usage(command),
  })
}

function readWords(
  words: readonly string[],
  names: readonly string[],
  command: string,
): Record<string, string> {
  const given: Record<string, string> = {}
  for (const word of words) {
    const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(word) ?? []
    if (!names.includes(name)) {
      throw new UserError(cliErrors['option-unknown'], `${command} takes no ${quote(word)}`, {
        remedy: `It takes ${names.map(known => `${known}=…`).join(' ')}`,
      })
    }
    if (value !== '') given[name] = value
  }
  return given
}

function pick(environment: Record<string, string>, names: readonly string[]): Record<string, string> {
  const entries = names.map(name => [name, environment[name]])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''))
}

function definedOnly(variables: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(variables).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries as [string, string][])
}

function wantsJson(environment: Record<string, string>, words: readonly string[]): boolean {
  const last =
    words.findLast(word => word.startsWith('JSON='))?.slice('JSON='.length) ?? environment.JSON ?? ''
  return ['1', 'true', 'yes'].includes(last)
}

function usage<Shape extends z.ZodRawShape>({ name, options }: Command<Shape>): string {
  const words = Object.entries(options).map(([option, schema]) =>
    isOptional(schema as z.ZodType) ? `[${option}=…]` : `${option}=…`,
  )
  return `make ${[name, ...words].join(' ')}`
}

function isOptional(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success
}

function help<Shape extends z.ZodRawShape>(command: Command<Shape>, report: Reporter): undefined {
  report.line(`${usage(command)}\n\n${command.summary}\n`)
  const all = { ...command.options, ...everyCommand }
  for (const [name, schema] of Object.entries(all)) {
    report.line(`  ${name.padEnd(13)} ${(schema as z.ZodType).description ?? ''}`)
  }
}

function errorDocument(error: unknown, exitCode: number) {
  if (!(error instanceof UserError)) return { problem: String(error), exitCode }
  return { ...describeError(error), exitCode }
}
