import { UserError } from '../base/user-error.ts'
import type { Reporter } from './reporter.ts'

/** Prints a known error as problem, cause and remedy, and an unknown one whole, since it is a bug in Waybill. */
export function printError(error: unknown, report: Reporter): void {
  if (!(error instanceof UserError)) {
    report.line(report.paint('red', 'This is a bug in Waybill, not your mistake:'))
    report.line(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return
  }
  report.line(`${report.paint('red', '✖')} ${indent(error.message)}`)
  if (error.cause !== undefined) report.line(`  ${report.paint('dim', 'cause ')} ${indent(error.cause, 9)}`)
  if (error.remedy !== '') report.line(`  ${report.paint('dim', 'remedy')} ${indent(error.remedy, 9)}`)
  report.line(report.paint('dim', `  code   ${error.code}`))
}

function indent(text: string, columns = 2): string {
  return text.split('\n').join(`\n${' '.repeat(columns)}`)
}
