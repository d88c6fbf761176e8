import { count, plain } from '../../base/printable.ts'
import { type PhaseRow, phaseHeadings } from './table.ts'

// GitHub drops a job's summary of more than 1 MiB, and the log of the command goes into it, too.
const mostRows = 1000

/** The phases of the rollouts of an environment in Markdown, for the summary of a job. */
export function printSummary(environment: string, rows: readonly PhaseRow[]): string {
  const headings = [...phaseHeadings.slice(0, -1), 'alarms', 'then']
  const left = rows.length - mostRows
  const lines = [
    printRow(headings),
    `|${headings.map(() => ' --- |').join('')}`,
    ...rows.slice(0, mostRows).map(row => printRow(cellsOf(row))),
    ...(left > 0 ? ['', `… and ${count(left, 'more phase', 'more phases')}`] : []),
  ]
  return `### Rollouts in ${escaped(environment)}\n\n${lines.join('\n')}\n\n`
}

function cellsOf({ cells, alarms, why }: PhaseRow): string[] {
  const [end = '', ...before] = cells.toReversed()
  return [...before.toReversed(), alarms ?? 'none', why === undefined ? end : `${end}: ${why}`]
}

function printRow(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(' | ')} |`
}

const longestCell = 300

// CommonMark, "Backslash escapes": any ASCII punctuation can be escaped, and then means nothing.
function escaped(text: string): string {
  return plain(text, longestCell).replace(/[!-/:-@[-`{-~]/g, '\\$&')
}
