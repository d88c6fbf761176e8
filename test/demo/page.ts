import { stripVTControlCharacters } from 'node:util'
import { type Output, type Reporter, reporter } from '../../scripts/cli/reporter.ts'

/** Where the demo prints: at most as wide as the terminal, or 80 columns where there is none. */
export type Page = Reporter & {
  /** In columns. */
  readonly width: number
  /** A paragraph, wrapped, with each of its lines behind `indent`. */
  text(text: string, indent?: string): void
}

const usual = 80
const widest = 120

/** The page on a stream. */
export function pageOn(stream: Output): Page {
  const width = Math.min((stream.isTTY && stream.columns) || usual, widest)
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

/** A text in lines of at most `width` columns. A word that is longer is left whole: it may be there to be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || columnsOf(last) + 1 + columnsOf(word) > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** How many columns a text takes, whatever its colours. */
export function columnsOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}

function widthOf(rows: readonly (readonly string[])[]): number {
  const columns = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => columnsOf(row[at] ?? ''))))
  const gaps = 2 * (columns.length - 1)
  return columns.reduce((sum, width) => sum + width, gaps)
}
