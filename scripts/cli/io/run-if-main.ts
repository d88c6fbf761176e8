import { realpathSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { compileCache } from '../../base/program/place.ts'
import type { Command } from '../command.ts'

// Everything imported here, and by a command's own file, is compiled anew at each start. So that is little.

/** If the command's file is the one that Node was started with, runs the command as this process. */
export async function runIfMain({ filename }: ImportMeta, command: Command): Promise<void> {
  // Not import.meta.main: under a Node that lacks it, the command would do nothing and exit with 0.
  const [, started] = process.argv
  if (started === undefined || !isSameFile(started, filename)) return
  enableCompileCache(compileCache)
  const { runAsProcess } = await import('./process.ts')
  await runAsProcess(command, process.argv.slice(2))
}

// Either path may lead through a link: Node resolves the main module's links unless it is told not to.
function isSameFile(started: string, filename: string): boolean {
  try {
    return realpathSync(started) === realpathSync(filename)
  } catch (error) {
    // `node -` and `node -e` put a word there that is not a file.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
