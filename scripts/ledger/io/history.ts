import type { Target } from '../../names/target.ts'
import { type ChainFault, chainChecker } from '../chain.ts'
import type { ReadEntry } from '../entry.ts'
import { type Activity, historian } from '../history.ts'
import type { Ledger } from './ledger.ts'

/** What happened to a target, newest first, and what is wrong with its ledger, oldest first. */
export type History = {
  readonly target: Target
  /** How many entries there are. */
  readonly entries: number
  readonly activities: readonly Activity[]
  readonly faults: readonly ChainFault[]
}

/** Reads and checks all of a target's ledger, and keeps its newest activities. */
export async function readHistory(ledger: Ledger, target: Target, limit: number): Promise<History> {
  const newest = historian(limit)
  const rewritten = ledger.rewritten(target)
  // Awaited below; a failure meanwhile must not end the process.
  rewritten.catch(() => undefined)
  const { entries, faults } = await readChecked(ledger, target, newest.add)
  return {
    target,
    entries,
    activities: newest.newest(),
    faults: bySequence([...faults, ...(await rewritten)]),
  }
}

/** Shows every usable entry to `see`, oldest first, and checks that each follows from the one before. */
export async function readChecked(
  ledger: Ledger,
  target: Target,
  see: (entry: ReadEntry) => void,
): Promise<Pick<History, 'entries' | 'faults'>> {
  const checker = chainChecker()
  const faults: ChainFault[] = []
  let entries = 0
  for await (const page of ledger.pages(target)) {
    entries += page.length
    for (const link of page) {
      faults.push(...checker.add(link))
      if ('value' in link.entry) see(link.entry.value)
    }
  }
  faults.push(...checker.end())
  return { entries, faults }
}

/** One fault for each entry, with everything that is wrong with it. */
function bySequence(faults: readonly ChainFault[]): ChainFault[] {
  return [...Map.groupBy(faults, ({ sequence }) => sequence)]
    .map(([sequence, all]) => ({ sequence, fault: all.map(({ fault }) => fault).join('; ') }))
    .toSorted((a, b) => a.sequence - b.sequence)
}
