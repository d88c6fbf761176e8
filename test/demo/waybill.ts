import { join } from 'node:path'
import { exitCodes } from '../../scripts/base/user-error.ts'
import { parseAnswer } from '../support/answers.ts'
import { runProgram } from './program.ts'
import type { Workspace } from './workspace.ts'

/** A clone, and the environment in which a command runs there. */
export type Desk = { readonly clone: string; readonly env: Readonly<Record<string, string>> }

/** The options of a command by their names. */
export type Options = Readonly<Record<string, string>>

/** Runs a command in a clone, with that clone's own scripts; returns the JSON document that it answers. */
export async function waybill<T>(
  workspace: Pick<Workspace, 'signal'>,
  desk: Desk,
  command: string,
  options: Options = {},
): Promise<T> {
  return (await run(workspace, desk, { command, options, exitCode: exitCodes.done })) as T
}

/** Runs a command that has to fail with an exit code; returns its error. */
export async function failingWaybill(
  workspace: Pick<Workspace, 'signal'>,
  desk: Desk,
  running: Running,
): Promise<Failure> {
  const { error } = (await run(workspace, desk, running)) as { error: Failure }
  return error
}

/** A command, and the exit code that it has to end with. */
export type Running = { readonly command: string; readonly options: Options; readonly exitCode: number }

/** The error of a command, as its JSON document says it. */
export type Failure = { readonly problem: string; readonly remedy: string }

async function run(
  { signal }: Pick<Workspace, 'signal'>,
  { clone, env }: Desk,
  { command, options, exitCode }: Running,
): Promise<unknown> {
  const script = join(clone, 'scripts', `${command}.ts`)
  const words = Object.entries({ ...options, JSON: '1' }).map(([name, value]) => `${name}=${value}`)
  const { stdout } = await runProgram(process.execPath, [script, ...words], {
    cwd: clone,
    env,
    signal,
    title: commandLine(command, options),
    exitCode,
  })
  return parseAnswer(command, stdout)
}

/** A command as a person types it. */
export function commandLine(command: string, options: Options): string {
  const words = Object.entries(options).map(([name, value]) => `${name}=${quoted(value)}`)
  return ['make', command, ...words].join(' ')
}

/** A word as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
