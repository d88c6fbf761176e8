import type { UserError } from '../scripts/base/user-error.ts'

/** Prints a known error as JSON for the command that asked for the synth; `parseSynthError` reads it. */
export function synthErrorJson({ message, cause, remedy, errorCode }: UserError): string {
  const error = { errorCode, problem: message, cause, remedy }
  return `${JSON.stringify({ error }, null, 2)}\n`
}
