import { cpus, totalmem } from 'node:os'
import { measure } from './measure.ts'
import { runAsText } from './programs.ts'
import type { Row } from './row.ts'
import type { Settings } from './settings.ts'
import type { Line } from './statistics.ts'
import type { Version } from './versions.ts'

/** What was measured, where, and what could not be. */
export type Report = {
  readonly date: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly lines: readonly Line[]
  readonly skipped: readonly { readonly row: string; readonly reason: string }[]
}

/** What is measured, and how often. */
export type Chosen = Pick<Settings, 'only' | 'runs' | 'isFull'> & {
  /** This version, and those that it is compared with. */
  readonly versions: readonly Version[]
}

/** Measures the chosen rows, one after the other. A row that cannot be measured is named, and ends nothing. */
export async function bench(
  rows: readonly Row[],
  { only, runs, isFull, versions }: Chosen,
  progress: (text: string) => void,
): Promise<Report> {
  const lines: Line[] = []
  const skipped: { row: string; reason: string }[] = []
  for (const row of rows.filter(({ group }) => only.includes(group))) {
    const skip = (reason: string) => void skipped.push({ row: `${row.group}: ${row.name}`, reason })
    if (row.isLong && !isFull) {
      skip('takes minutes: FULL=1')
      continue
    }
    progress(`${row.group}: ${row.name}`)
    const outcome = await measure(row, runs, versions).catch((error: unknown) => ({
      skipped: messageOf(error),
    }))
    if ('skipped' in outcome) skip(outcome.skipped)
    else {
      lines.push(...outcome.lines)
      for (const side of new Set(outcome.missing)) skip(`not compared with ${side}, which is not installed`)
      for (const { name, error } of outcome.failed) skip(`not compared with ${name}: ${messageOf(error)}`)
    }
  }
  return { date: new Date().toISOString().slice(0, 10), ...(await describeMachine()), lines, skipped }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(-600)
}

async function describeMachine(): Promise<Pick<Report, 'machine' | 'versions'>> {
  const [first, ...others] = cpus()
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`
  const machine = `${others.length + 1} × ${first?.model.trim() || process.arch}, ${memory}, ${process.platform}`
  const versions: Record<string, string> = { node: process.version }
  for (const program of ['git', 'terraform', 'skopeo', 'aws']) {
    const said = await runAsText(program, ['--version'])
    if (said !== undefined) versions[program] = /\d+(\.\d+)+/.exec(said)?.[0] ?? said
  }
  return { machine, versions }
}
