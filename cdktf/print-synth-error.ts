import { UserError } from '../scripts/base/user-error.ts'

/** A known error as problem, cause and remedy, as every command prints it; an unknown one whole. */
export function printSynthError(error: unknown): string {
  if (!(error instanceof UserError)) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return `This is a bug in Waybill, not a mistake of yours:\n${told}\n`
  }
  const { message, cause, remedy } = error
  const lines = [`✖ ${indent(message, 2)}`]
  if (cause !== undefined) lines.push(`  cause  ${indent(cause, 9)}`)
  if (remedy !== '') lines.push(`  remedy ${indent(remedy, 9)}`)
  return `${lines.join('\n')}\n`
}

/** A known error as the document in JSON that every command prints with `JSON=1`. */
export function synthErrorJson({ message, cause, remedy, errorCode }: UserError): string {
  const error = { errorCode, problem: message, cause, remedy }
  return `${JSON.stringify({ error }, null, 2)}\n`
}

function indent(text: string, columns: number): string {
  return text.split('\n').join(`\n${' '.repeat(columns)}`)
}
