import { realpathSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import { execute, type Host } from '../execute.ts'
import { version } from './version.ts'

/**
 * If the command's file is the one that Node was started with, runs the command with this process's arguments,
 * environment, streams and signals, and sets the exit code.
 */
export async function runIfMain({ filename }: ImportMeta, command: Command): Promise<void> {
  // Not import.meta.main: under a Node that lacks it, the command would do nothing and exit with 0.
  const [, started] = process.argv
  if (started === undefined || !isSameFile(started, filename)) return
  enableCompileCache(join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'node'))
  for (const stream of [process.stdout, process.stderr]) stream.on('error', goOnUnread)
  process.exitCode = await execute(command, processHost())
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

function processHost(): Host {
  return {
    arguments: process.argv.slice(2),
    environment: definedOnly(process.env),
    folder: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    isProcess: true,
    version,
    ask,
    untilStopped,
  }
}

// The reader may close the pipe, as in `make deploy | head`. The command still finishes what it started.
function goOnUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
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

function definedOnly(variables: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(variables).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries as [string, string][])
}
