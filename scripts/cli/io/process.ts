import { exitCodes } from '../../base/user-error.ts'
import type { Command } from '../command.ts'
import { printPage } from '../pages.ts'
import { watchOutput } from './output.ts'
import { version } from './version.ts'

// A page loads what is imported here, and no more. So that is little.

/** Runs a command as this process: with its environment, streams and signals. Sets the exit code. */
export async function runAsProcess(command: Command, words: readonly string[]): Promise<void> {
  const lost = watchOutput()
  const { env: environment, stdout, stderr } = process
  const isPage = await printPage(command, { arguments: words, environment, stdout, stderr, version })
  const { code, isCut } = isPage ? { code: exitCodes.done, isCut: false } : await work(command, words)
  process.exitCode = (await lost()) && code === exitCodes.done ? exitCodes.badInput : code
  // What was stopped at once may still be at work.
  if (isCut) process.exit()
}

async function work(command: Command, words: readonly string[]) {
  const { workAsProcess } = await import('./work.ts')
  return await workAsProcess(command, words)
}
