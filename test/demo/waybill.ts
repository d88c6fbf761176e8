import { join } from 'node:path'
import { runProgram } from './program.ts'
import type { Workspace } from './workspace.ts'

/** A clone, and what a command runs with there. */
export type Desk = { readonly clone: string; readonly env: Readonly<Record<string, string>> }

/** Runs a command of Waybill in a clone, with that clone's own scripts, and answers its JSON document. */
export async function waybill<T>(
  { signal }: Pick<Workspace, 'signal'>,
  { clone, env }: Desk,
  command: string,
  options: Readonly<Record<string, string>> = {},
): Promise<T> {
  const words = Object.entries({ ...options, JSON: '1' }).map(([name, value]) => `${name}=${value}`)
  const script = join(clone, 'scripts', `${command}.ts`)
  const title = commandLine(command, options)
  const printed = await runProgram(process.execPath, [script, ...words], { cwd: clone, env, signal, title })
  return JSON.parse(printed) as T
}

/** A command as a person types it. */
export function commandLine(command: string, options: Readonly<Record<string, string>>): string {
  const words = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  return ['make', command, ...words].join(' ')
}
