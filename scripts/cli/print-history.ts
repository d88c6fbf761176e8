import { plain } from '../base/printable.ts'
import type { Activity, PhaseTold } from '../ledger/history.ts'
import { printWho } from '../ledger/who.ts'
import { printTime } from '../names/print-time.ts'
import { parseTag } from '../names/release-tag.ts'
import { columnsOf, wrap } from './page.ts'
import type { Reporter } from './reporter.ts'

const headings = ['entry', 'when (UTC)', 'what', 'from → to', 'took', 'verdict']
const moreHeadings = ['who', 'plan', 'why']
const gap = 2
const indent = '       '
// What is left of 80 columns beside the other ones.
const longestMove = 23
const longestWhat = 8
const longestWho = 20

/**
 * Prints activities as a table, newest first: with who, plan and reason in it where it is wide enough, otherwise below. The
 * phases of a rollout are below it in any case.
 */
export function printHistory(report: Reporter, activities: readonly Activity[], now: Date): void {
  const wide = withoutEmpty([
    [...headings, ...moreHeadings],
    ...activities.map(one => [...cells(one), ...moreCells(one)]),
  ])
  const isWide = widthsOf(wide).reduce((sum, width) => sum + width + gap, -gap) <= report.columns
  const table = isWide ? wide : withoutEmpty([headings, ...activities.map(cells)])
  const widths = widthsOf(table)
  for (const [index, row] of table.entries()) {
    const line = row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd()
    report.line(index === 0 ? report.paint('bold', line) : line)
    const activity = activities[index - 1]
    if (activity !== undefined && !isWide) printBelow(report, activity)
    for (const phase of phasesOf(activity, now)) report.line(report.paint('dim', indent + phase))
  }
}

function phasesOf(activity: Activity | undefined, now: Date): string[] {
  if (activity?.phases === undefined) return []
  const isOpen = activity.verdict === 'not ended' || activity.verdict === 'arrived'
  return activity.phases.map(phase => printPhase(phase, isOpen, now))
}

/** As in `phase 1: 5 % at 2026-01-02 03:04 UTC for 15m0s`. */
function printPhase(
  { phase, share, time, deadline, seconds }: PhaseTold,
  isOpen: boolean,
  now: Date,
): string {
  const begun = `phase ${phase}: ${share} % at ${printTime(time)}`
  if (seconds !== undefined) return `${begun} for ${printSeconds(seconds)}`
  if (!isOpen) return begun
  const isLate = Date.parse(deadline) < now.getTime()
  return `${begun}; ${isLate ? 'nobody has continued it' : 'to be continued'} by ${printTime(deadline)}`
}

function printBelow(report: Reporter, activity: Activity): void {
  const [who = '', plan = '', why = ''] = moreCells(activity)
  const text = [`by ${who}`, plan && `plan ${plan}`, why].filter(Boolean).join(', ')
  for (const line of wrap(text, report.columns - indent.length))
    report.line(report.paint('dim', indent + line))
}

/** Without the columns that have only a heading. */
function withoutEmpty(rows: readonly (readonly string[])[]): string[][] {
  const [, ...below] = rows
  return rows.map(row => row.filter((_, at) => below.some(one => one[at] !== '')))
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => columnsOf(row[at] ?? ''))))
}

function cells({ sequence, time, what, from, to, seconds, verdict }: Activity): string[] {
  const took = seconds === undefined ? '' : printSeconds(seconds)
  return [
    String(sequence),
    printTime(time).replace(' UTC', ''),
    plain(what, longestWhat),
    move(from, to),
    took,
    verdict ?? '',
  ]
}

function moreCells({ who, plan, reason = '' }: Activity): string[] {
  return [
    plain(printWho(who), longestWho),
    plan?.slice('sha256:'.length, 'sha256:'.length + 8) ?? '',
    plain(reason, 500),
  ]
}

function move(from: string | undefined, to: string | undefined): string {
  if (to === undefined) return from === undefined ? '' : plain(`${versionOf(from)} → nothing`, longestMove)
  const target = versionOf(to)
  if (from === undefined) return plain(target, longestMove)
  if (from === to) return plain(`${target} again`, longestMove)
  return plain(`${versionOf(from)} → ${target}`, longestMove)
}

function versionOf(tag: string): string {
  return parseTag(tag)?.version ?? tag
}

/** A duration, as in `45s`, `2m10s`, `1h5m`. */
function printSeconds(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours > 0) return `${hours}h${minutes}m`
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`
}
