import { exitCodes, UserError } from '../../base/user-error.ts'
import type { Command } from '../command.ts'
import { printError } from '../print-error.ts'
import { commandsPage, readCommandLine } from '../program/command-line.ts'
import { reporter } from '../reporter.ts'
import { definedOnly } from './environment.ts'
import { runAsProcess } from './process.ts'
import { version } from './version.ts'

/** Runs the command that this process's arguments name first, or prints the page that they ask for. */
export async function runNamed(loaders: Readonly<Record<string, () => Promise<Command>>>): Promise<void> {
  try {
    const asked = readCommandLine(process.argv.slice(2), Object.keys(loaders))
    if ('command' in asked) {
      const command = (await loaders[asked.command]?.()) as Command
      return await runAsProcess(command, asked.words)
    }
    process.stdout.write(asked.page === 'version' ? `${version()}\n` : `${await pageOf(loaders)}\n`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    process.exitCode = exitCodes[error.ending]
    printError(error, reporter(process.stderr, definedOnly(process.env)))
  }
}

async function pageOf(loaders: Readonly<Record<string, () => Promise<Command>>>): Promise<string> {
  return commandsPage(await Promise.all(Object.values(loaders).map(load => load())))
}
