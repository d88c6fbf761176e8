import { exitCodes, UserError } from '../../base/user-error.ts'
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { execute, type Host } from '../execute.ts'
import { printError } from '../print-error.ts'
import { reporter } from '../reporter.ts'
import { systemClock } from './clock.ts'
import { listenToSignals, type Stopping } from './stop.ts'
import { version } from './version.ts'

/** Runs a command as this process: with its environment, streams and signals. Sets the exit code. */
export async function runAsProcess(command: Command, words: readonly string[]): Promise<void> {
  const stopping = listenToSignals(() => process.exit(exitCodes.cloud))
  await useProxies()
  const lost = watchOutput()
  const code = await execute(command, processHost(stopping, words))
  process.exitCode = (await lost()) && code === exitCodes.done ? exitCodes.badInput : code
  // What was stopped at once may still be at work.
  if (stopping.atOnce.aborted) process.exit()
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

const proxyVariable = /^https?_proxy$/i

// For `fetch`; what asks AWS has agents of its own.
async function useProxies(): Promise<void> {
  // Loading it takes longer than Node's own start.
  if (!Object.keys(process.env).some(name => proxyVariable.test(name))) return
  const { setGlobalProxyFromEnv } = await import('node:http')
  try {
    // Older releases of Node 24 lack it.
    setGlobalProxyFromEnv?.()
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

/** The variables that have a value. */
export function definedOnly(variables: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(variables).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries as [string, string][])
}
