import { printError } from '../../scripts/cli/print-error.ts'
import type { Reporter } from '../../scripts/cli/reporter.ts'
import { DemoFailed } from './demo-failed.ts'

/** Says why something failed, with what the failing program printed. */
export function explain(error: unknown, report: Reporter): void {
  if (error instanceof DemoFailed) {
    report.line(`${report.paint('red', '✖')} ${error.message}`)
    if (error.output !== '') report.line(`\n${error.output.replace(/^/gm, '    ')}\n`)
  } else {
    printError(error, report)
  }
}
