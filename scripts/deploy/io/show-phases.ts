import { appendFile } from 'node:fs/promises'
import { plain } from '../../base/printable.ts'
import { printSummary } from '../../rollout/following/summary.ts'
import { type PhaseRow, phaseHeadings } from '../../rollout/following/table.ts'

type Screen = {
  line(text: string): void
  table(headings: readonly string[], rows: readonly (readonly string[])[]): Promise<void>
}

type Place = {
  /** The environment that was deployed to. */
  readonly name: string
  /** What GitHub Actions says of the file that becomes a part of the job's summary. */
  readonly summary: string | undefined
}

/** Shows the phases that rollouts went through as a table, in a job of GitHub Actions also in its summary. */
export async function showPhases(report: Screen, rows: readonly PhaseRow[], { name, summary = '' }: Place) {
  if (rows.length === 0) return
  await report.table(
    phaseHeadings,
    rows.map(({ cells }) => cells),
  )
  if (summary === '') return
  try {
    await appendFile(summary, printSummary(name, rows))
  } catch (error) {
    // What was deployed is deployed, whether or not a page says so.
    report.line(`The job's summary lacks this table: ${plain((error as Error).message)}`)
  }
}
