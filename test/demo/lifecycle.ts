import type { Reporter } from '../../scripts/cli/reporter.ts'
import { explain } from './explain.ts'

// What a shell expects after a signal: 128 plus the signal's number.
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const
type Ending = keyof typeof exitCodes

/**
 * Runs `work`, then everything that it deferred to `cleanup`, however it ended; returns the exit code. Ctrl-C or a lost
 * terminal aborts `signal`.
 */
export async function runToCleanEnd(
  report: Reporter,
  work: (cleanup: AsyncDisposableStack, signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const start = performance.now()
  const interruption = new AbortController()
  const { signal } = interruption
  listen(interruption)
  const cleanup = new AsyncDisposableStack()
  const error = await work(cleanup, signal).then(
    () => undefined,
    reason => reason ?? new Error('failed'),
  )
  if (error !== undefined && !signal.aborted) explain(error, report)
  await cleanup.disposeAsync()
  report.line(
    `${lastWord(error, signal)} after ${((performance.now() - start) / 1000).toFixed(1)} s: everything is stopped and removed.`,
  )
  if (error === undefined) return 0
  return signal.aborted ? exitCodes[signal.reason as Ending] : 1
}

function listen(interruption: AbortController): void {
  // `on`, not `once`: a second Ctrl-C must not cut off the clean-up.
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
    process.on(name, () => interruption.abort(name))
  // The reader of the output may close the pipe (`make demo | head`).
  process.stdout.on('error', () => interruption.abort('SIGPIPE'))
}

function lastWord(error: unknown, signal: AbortSignal): string {
  if (error === undefined) return 'Done'
  return signal.aborted ? 'Interrupted' : 'Failed'
}
