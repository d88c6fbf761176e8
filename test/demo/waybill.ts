import { join } from 'node:path'
import { parseAnswer } from '../support/answers.ts'
import { runProgram } from './program.ts'
import type { Workspace } from './workspace.ts'

/** A clone, and the environment in which a command runs there. */
export type Desk = { readonly clone: string; readonly env: Readonly<Record<string, string>> }

/** The options of a command by their names. */
export type Options = Readonly<Record<string, string>>

/** Runs a command in a clone, with that clone's own scripts; returns the JSON document that it answers. */
export async function waybill<T>(
  { signal }: Pick<Workspace, 'signal'>,
  { clone, env }: Desk,
  command: string,
  options: Options = {},
): Promise<T> {
  const script = join(clone, 'scripts', `${command}.ts`)
  const words = Object.entries({ ...options, JSON: '1' }).map(([name, value]) => `${name}=${value}`)
  const { stdout } = await runProgram(process.execPath, [script, ...words], {
    cwd: clone,
    env,
    signal,
    title: commandLine(command, options),
  })
  return parseAnswer(command, stdout) as T
}

/** A command as a person types it. */
export function commandLine(command: string, options: Options): string {
  return ['make', command, ...Object.entries(options).map(([name, value]) => `${name}=${value}`)].join(' ')
}
