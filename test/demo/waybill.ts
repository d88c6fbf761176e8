import { join } from 'node:path'
import { parseAnswer } from '../support/answers.ts'
import { runProgram } from './program.ts'
import type { Workspace } from './workspace.ts'

/** A clone, and the environment in which a command runs there. */
export type Desk = { readonly clone: string; readonly env: Readonly<Record<string, string>> }

/** What a command answered: its JSON document, and its messages for people. */
export type Answer<T> = { readonly document: T; readonly messages: string }

/** The options of a command by their names. */
export type Options = Readonly<Record<string, string>>

/** Runs a command in a clone, with that clone's own scripts. */
export async function waybill<T>(
  { signal }: Pick<Workspace, 'signal'>,
  { clone, env }: Desk,
  command: string,
  options: Options = {},
): Promise<Answer<T>> {
  const script = join(clone, 'scripts', `${command}.ts`)
  const { stdout, stderr } = await runProgram(process.execPath, [script], {
    cwd: clone,
    // As make passes them on.
    env: { ...env, ...options, JSON: '1' },
    signal,
    title: commandLine(command, options),
  })
  return { document: parseAnswer(command, stdout) as T, messages: stderr }
}

/** A command as a person types it, with any SHA-256 shortened. */
export function commandLine(command: string, options: Options): string {
  const words = Object.entries(options).map(([name, value]) => `${name}=${abbreviated(value)}`)
  return ['make', command, ...words].join(' ')
}

function abbreviated(value: string): string {
  return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 8)}…` : value
}
