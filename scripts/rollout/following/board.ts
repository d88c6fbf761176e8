import { printBlocks } from './block.ts'
import type { Follow, Following } from './following.ts'
import { logLine } from './log-line.ts'
import { type PhaseRow, phaseRow } from './table.ts'

/** Where rollouts are shown: in a log or, where there is `live`, on a terminal. */
export type Screen = {
  /** One line, which stays. */
  line(text: string): void
  /** Lines at the end of a terminal, each time in place of those before. */
  readonly live?: { rows(): number; draw(lines: readonly string[]): void } | undefined
}

/** Shows several rollouts at once, each line with its service. */
export type Board = {
  /** Shows a service from now on. */
  follow(service: string): Follow
  /** No longer shows it. */
  ended(service: string): void
  /** The phases that all of them went through, as rows of a table. */
  rows(): PhaseRow[]
}

/** A board on a screen: some lines for each service that are redrawn or, in a log, a line for each change. */
export function boardOn({ line, live }: Screen): Board {
  const followed = new Map<string, Following>()
  const said = new Map<string, string>()
  const phases = new Map<string, PhaseRow>()
  const draw = () => live?.draw(printBlocks(followed, live.rows()))
  const log = (service: string, now: Following) => {
    const { key, text } = logLine(now)
    if (said.get(service) !== key) line(`${service}: ${text}`)
    said.set(service, key)
  }
  return {
    follow: service => now => {
      const row = phaseRow(service, now)
      if (row !== undefined) phases.set(row.key, row)
      followed.set(service, now)
      if (live === undefined) log(service, now)
      else draw()
    },
    ended(service) {
      if (followed.delete(service)) draw()
    },
    rows: () => [...phases.values()].toSorted((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true })),
  }
}
