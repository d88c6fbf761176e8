import type { Command } from './command.ts'
import { columnsFor } from './page.ts'
import type { Output } from './reporter.ts'

/** What prints a page. */
export type PageHost = {
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
  /** The name and version of this program. */
  version(): string
}

/** Whether the command answers in JSON; known even if the other options are invalid. */
export function wantsJson({ environment, arguments: words }: Pick<PageHost, 'arguments' | 'environment'>) {
  const last =
    words.findLast(word => word.startsWith('JSON='))?.slice('JSON='.length) ?? environment.JSON ?? ''
  return ['1', 'true', 'yes'].includes(last)
}

/** Prints the help page or the version, where a command's words ask for it. Returns whether they do. */
export async function printPage(command: Command, host: PageHost): Promise<boolean> {
  // With JSON=1, stdout is for documents of the published schema only.
  const output = wantsJson(host) ? host.stderr : host.stdout
  const page = await pageFor(command, host, columnsFor(output))
  if (page !== undefined) output.write(`${page}\n`)
  return page !== undefined
}

async function pageFor(
  command: Command,
  { arguments: words, version }: PageHost,
  columns: number,
): Promise<string | undefined> {
  if (words.some(word => word === '--help' || word === '-h' || word === 'help')) {
    const { help } = await import('./help.ts')
    return help(command, columns)
  }
  return words.includes('--version') ? version() : undefined
}
