import type { Target, Unit } from './row.ts'
import type { Line, Summary } from './statistics.ts'

export const headings = ['group', 'row', 'Waybill', 'compared with', '', 'ratio', 'target', '']

/** The cells of a line, as a table shows them. */
export function cellsOf(line: Line): string[] {
  const { group, row, unit, ours, against = '', theirs, ratio, target, isMet } = line
  return [
    group,
    row,
    measured(ours, unit),
    against,
    theirs === undefined ? '' : measured(theirs, unit),
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    target === undefined ? '' : printTarget(target, unit),
    isMet === undefined ? '' : isMet ? 'met' : 'missed',
  ]
}

function measured({ median, spread }: Summary, unit: Unit): string {
  return `${amount(median, unit)} ± ${Math.round(spread * 100)} %`
}

/** A figure with its unit; seconds from one second on. */
function amount(value: number, unit: Unit): string {
  if (unit === 'MB') return `${Math.round(value)} MB`
  const suffix = unit === 'CPU ms' ? ' CPU' : ''
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s${suffix}` : `${value.toFixed(0)} ms${suffix}`
}

function printTarget({ kind, most }: Target, unit: Unit): string {
  if (kind === 'ratio') return `≤ ${most} ×`
  return `≤ ${kind === 'more' ? '+' : ''}${amount(most, unit)}`
}

/** The table as Markdown. */
export function markdown(lines: readonly Line[]): string {
  const rows = [headings, headings.map(() => '---'), ...lines.map(cellsOf)]
  return rows.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
