import { describeError } from '../base/join-errors.ts'
import { printJson } from '../base/printable.ts'
import { exitCodes, UserError } from '../base/user-error.ts'

/** Prints an error, with what is known of the answer. */
export function printFailure(error: unknown, exitCode: number): string {
  const details = error instanceof UserError ? error.details : undefined
  const document = { ...details, error: { ...describe(error), exitCode } }
  return `${printJson(document)}\n`
}

/** The code of every bug in Waybill. */
export const bugCode = 'bug'

function describe(error: unknown) {
  if (error instanceof UserError) return describeError(error)
  return { code: bugCode, problem: String(error), remedy: 'Report it, with the output on stderr.' }
}

/** The exit code of a command that fails with this error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UserError ? exitCodes[error.ending] : exitCodes.bug
}
