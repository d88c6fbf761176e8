import type { Target } from '../../names/target.ts'
import { type ChainFault, chainChecker, type Link } from '../chain.ts'
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

/** Whether what was left beside an entry is what the entry says. */
type Agrees = (hint: string, entry: ReadEntry) => boolean

/** Reads and checks all of a target's ledger, and keeps its newest activities. */
export async function readHistory(
  ledger: Ledger,
  target: Target,
  { limit, agrees }: { readonly limit: number; readonly agrees: Agrees },
): Promise<History> {
  const newest = historian(limit)
  const rewritten = ledger.rewritten(target)
  // Awaited below; a failure meanwhile must not end the process.
  rewritten.catch(() => undefined)
  const { entries, faults } = await readChecked(ledger, target, newest.add, agrees)
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
  agrees: Agrees = () => true,
): Promise<Pick<History, 'entries' | 'faults'>> {
  const checker = chainChecker()
  const faults: ChainFault[] = []
  let entries = 0
  let newest: Link | undefined
  for await (const page of ledger.pages(target)) {
    entries += page.length
    newest = page.at(-1) ?? newest
    for (const link of page) {
      faults.push(...checker.add(link))
      if ('value' in link.entry) see(link.entry.value)
    }
  }
  faults.push(...checker.end(), ...strangeHints(newest, agrees))
  return { entries, faults }
}

// No entry has the digest of what is beside it. Nobody goes by what is beside an older one.
function strangeHints(newest: Link | undefined, agrees: Agrees): ChainFault[] {
  if (newest === undefined) return []
  const { sequence, entry, hints = [] } = newest
  if ('error' in entry || hints.every(hint => agrees(hint, entry.value))) return []
  return [{ sequence, fault: 'has a way back beside it that is not the one it leads to' }]
}

/** One fault for each entry, with everything that is wrong with it. */
function bySequence(faults: readonly ChainFault[]): ChainFault[] {
  return [...Map.groupBy(faults, ({ sequence }) => sequence)]
    .map(([sequence, all]) => ({ sequence, fault: all.map(({ fault }) => fault).join('; ') }))
    .toSorted((a, b) => a.sequence - b.sequence)
}
