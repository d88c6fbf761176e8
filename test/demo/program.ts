import { spawn } from 'node:child_process'
import { endGroupOn } from '../support/process-group.ts'
import { DemoFailed } from './demo-failed.ts'

/** Where and with what a program runs. */
export type ProgramOptions = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Stops it, and everything that it started. */
  readonly signal: AbortSignal
  /** Its name in messages; its command line by default. */
  readonly title?: string
  /** The exit code that it has to end with; 0 by default. */
  readonly exitCode?: number
}

/** What a program has printed. */
export type Printed = { readonly stdout: string; readonly stderr: string }

const longestRunMs = 120_000

/** Runs a program and returns what it printed; throws a `DemoFailed` for another exit code than it has to end with. */
export async function runProgram(
  file: string,
  args: readonly string[],
  { cwd, env, signal, title = [file, ...args].join(' '), exitCode = 0 }: ProgramOptions,
): Promise<Printed> {
  signal.throwIfAborted()
  // Its own process group, so that what it starts can be stopped with it.
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const limit = AbortSignal.timeout(longestRunMs)
  const stop = endGroupOn(AbortSignal.any([signal, limit]), child.pid)
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text
    })
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', error => reject(new DemoFailed(`${title} cannot be run: ${error.message}`)))
      // Not `exit`: the streams close only after everything that inherited them has ended.
      child.once('close', resolve)
    })
    signal.throwIfAborted()
    if (limit.aborted)
      throw new DemoFailed(
        `${title} took longer than ${longestRunMs / 1000} s`,
        printed.stderr || printed.stdout,
      )
    if (code !== exitCode)
      throw new DemoFailed(`${title} ended with exit code ${code}`, printed.stderr || printed.stdout)
    return printed
  } finally {
    stop()
  }
}
