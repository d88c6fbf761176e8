import { realpathSync } from 'node:fs'
import http from 'node:http'
import { enableCompileCache } from 'node:module'
import { compileCache } from '../../base/program/place.ts'
import { exitCodes, UserError } from '../../base/user-error.ts'
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { execute, type Host } from '../execute.ts'
import { printError } from '../print-error.ts'
import { commandsPage, readCommandLine } from '../program/command-line.ts'
import { reporter } from '../reporter.ts'
import { systemClock } from './clock.ts'
import { listenToSignals, type Stopping } from './stop.ts'
import { version } from './version.ts'

/**
 * If the command's file is the one that Node was started with, runs the command with this process's arguments,
 * environment, streams and signals, and sets the exit code.
 */
export async function runIfMain({ filename }: ImportMeta, command: Command): Promise<void> {
  // Not import.meta.main: under a Node that lacks it, the command would do nothing and exit with 0.
  const [, started] = process.argv
  if (started === undefined || !isSameFile(started, filename)) return
  await runHere(async () => command, process.argv.slice(2))
}

/** Runs the command that this process's arguments name first, or prints the page that they ask for. */
export async function runNamed(loaders: Readonly<Record<string, () => Promise<Command>>>): Promise<void> {
  try {
    const asked = readCommandLine(process.argv.slice(2), Object.keys(loaders))
    if ('command' in asked)
      return await runHere(() => loaders[asked.command]?.() as Promise<Command>, asked.words)
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

async function runHere(load: () => Promise<Command>, words: readonly string[]): Promise<void> {
  const stopping = listenToSignals(() => process.exit(exitCodes.cloud))
  enableCompileCache(compileCache)
  useProxies()
  const lost = watchOutput()
  const code = await execute(await load(), processHost(stopping, words))
  process.exitCode = (await lost()) && code === exitCodes.done ? exitCodes.badInput : code
  // What was stopped at once may still be at work.
  if (stopping.atOnce.aborted) process.exit()
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

function processHost({ untilStopped, atOnce, stop }: Stopping, words: readonly string[]): Host {
  return {
    arguments: words,
    environment: definedOnly(process.env),
    clock: systemClock,
    folder: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    isProcess: true,
    version,
    ask: question => ask(question, untilStopped(), stop),
    untilStopped,
    atOnce,
  }
}

// For `fetch`; what asks AWS has agents of its own.
function useProxies(): void {
  try {
    // Older releases of Node 24 lack it.
    http.setGlobalProxyFromEnv?.()
  } catch {
    // A variable that is not a URL. The first call to AWS says so.
  }
}

/**
 * Lets the command finish what it started although what it prints cannot be written. Returns a function that says so at
 * the end, and whether it has happened. A reader may close the pipe, as in `make deploy | head`: that is no fault.
 */
function watchOutput(): () => Promise<boolean> {
  let failure: Error | undefined
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failure ??= error
    })
  }
  return async () => {
    await new Promise<void>(resolve => process.stdout.write('', () => resolve()))
    if (failure === undefined) return false
    const problem = 'what the command printed is lost: the output cannot be written'
    printError(
      new UserError(cliErrors['output-lost'], problem, { cause: failure.message }),
      reporter(process.stderr),
    )
    return true
  }
}

async function ask(question: string, signal: AbortSignal, stop: () => void): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new Promise<undefined>(resolve => terminal.once('close', () => resolve(undefined)))
  // The terminal is in raw mode meanwhile, so Ctrl-C is a key and not a signal.
  terminal.once('SIGINT', stop)
  if (signal.aborted) terminal.close()
  signal.addEventListener('abort', () => terminal.close(), { once: true })
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
