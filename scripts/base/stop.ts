import { baseErrors } from './errors.ts'
import { UserError } from './user-error.ts'

/** What is true of a run that has not yet come to its first write. */
export const nothingChanged = 'Nothing was changed.'

/** Throws if the run was asked to stop, as before the first write of a step. */
export function requireRunning(signal: AbortSignal): void {
  if (signal.aborted) throw new UserError(baseErrors.interrupted, 'stopped between two steps')
}

/**
 * The error for a run that was asked to stop, whatever it failed of: a Ctrl-C also ends git, Terraform and all else that
 * the run has started. `truth` says what is true now.
 */
export function stopped(error: unknown, truth: string): UserError {
  const problem = `this run was asked to stop. ${truth}`
  if (!(error instanceof UserError)) return new UserError(baseErrors.interrupted, problem, { origin: error })
  // A rollout that went back, or is held, because of the stop says so itself.
  if (error.ending === 'rolledBack' || error.ending === 'notReady') return error
  const { message, cause, remedy, details, origin } = error
  const said = [message, cause].filter(Boolean).join('\n')
  const more = { cause: said, details, origin }
  // What else made it fail is of no interest: without the stop it might not have happened.
  return error.ending === 'cloud'
    ? new UserError(error.errorCode, problem, { ...more, remedy })
    : new UserError(baseErrors.interrupted, problem, more)
}

/** The reason to abort a command at once. */
export function stoppedAtOnce(): UserError {
  return new UserError(baseErrors.interrupted, 'stopped in the middle of a step')
}

/** Whether a run was asked to stop, by one of the signals that say so or in the middle of a step. */
export function wasStopped(error: unknown, signals: readonly AbortSignal[]): boolean {
  return (
    signals.some(({ aborted }) => aborted) || (error instanceof UserError && error.code === 'interrupted')
  )
}

/** Waits for `work`, or throws the reason once `signal` aborts. */
export async function untilAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
