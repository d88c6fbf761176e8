import { columnsFor, columnsOf, wrap } from '../../scripts/cli/page.ts'
import { type Output, type Reporter, reporter } from '../../scripts/cli/reporter.ts'

/** Where the demo prints: at most as wide as the terminal, or 80 columns where there is none. */
export type Page = Reporter & {
  /** In columns. */
  readonly width: number
  /** A paragraph, wrapped, with each of its lines behind `indent`. */
  text(text: string, indent?: string): void
}

/** The page on a stream. */
export function pageOn(stream: Output): Page {
  const width = columnsFor(stream)
  const report = reporter(stream, process.env as Record<string, string>)
  return {
    ...report,
    width,
    text: (text, indent = '') => {
      for (const line of wrap(text, width - indent.length)) report.line(indent + line)
    },
    async table(headings, rows) {
      if (widthOf([headings, ...rows]) <= width) return await report.table(headings, rows)
      // A terminal too narrow for the columns shows each row as a list.
      for (const row of rows) {
        for (const [at, cell] of row.entries()) report.line(`${at === 0 ? '' : '  '}${headings[at]}: ${cell}`)
      }
    },
  }
}

function widthOf(rows: readonly (readonly string[])[]): number {
  const columns = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => columnsOf(row[at] ?? ''))))
  const gaps = 2 * (columns.length - 1)
  return columns.reduce((sum, width) => sum + width, gaps)
}
