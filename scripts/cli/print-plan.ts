import type { SummaryLine } from '../plan/summary.ts'
import type { Reporter } from './reporter.ts'

/** Prints a plan as a person reads it, what would be lost in red. */
export function printPlan(report: Reporter, lines: readonly SummaryLine[]): void {
  for (const { text, colour } of lines) report.line(colour === undefined ? text : report.paint(colour, text))
}
