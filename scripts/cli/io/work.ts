import { readFileSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { exitCodes } from '../../base/user-error.ts'
import type { Command } from '../command.ts'
import { execute, type Host } from '../execute.ts'
import { systemClock } from './clock.ts'
import { definedOnly } from './environment.ts'
import { listenToSignals, type Stopping } from './stop.ts'
import { withYoungGeneration } from './young-generation.ts'

/** How a command has ended; `isCut` where it was stopped in the middle of a step. */
type End = { readonly code: number; readonly isCut: boolean }

/** Runs a command with this process's environment, streams and signals. */
export async function workAsProcess(command: Command, words: readonly string[]): Promise<End> {
  const stopping = listenToSignals(() => process.exit(exitCodes.cloud))
  await useProxies()
  const working = command.isBulk ? withYoungGeneration(command) : command
  const code = await execute(working, processHost(stopping, words))
  return { code, isCut: stopping.atOnce.aborted }
}

async function useJoinedPackages(): Promise<void> {
  const { joinedHooks } = await import('../../base/program/joined-packages.ts')
  registerHooks(joinedHooks({ readFileSync, statSync }))
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
    beforeWork: useJoinedPackages,
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
