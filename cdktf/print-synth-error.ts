import { UserError } from '../scripts/base/user-error.ts'

/** Prints a known error as problem, cause and remedy, like every command, and an unknown one with its stack. */
export function printSynthError(error: unknown): string {
  if (!(error instanceof UserError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return `This is a bug in Waybill, not your mistake:\n${text}\n`
  }
  const { message, cause, remedy } = error
  const lines = [`✖ ${indent(message, 2)}`]
  if (cause !== undefined) lines.push(`  cause  ${indent(cause, 9)}`)
  if (remedy !== '') lines.push(`  remedy ${indent(remedy, 9)}`)
  return `${lines.join('\n')}\n`
}

/** Prints a known error as JSON, like every command with `JSON=1`. */
export function synthErrorJson({ message, cause, remedy, errorCode }: UserError): string {
  const error = { errorCode, problem: message, cause, remedy }
  return `${JSON.stringify({ error }, null, 2)}\n`
}

function indent(text: string, columns: number): string {
  return text.split('\n').join(`\n${' '.repeat(columns)}`)
}
