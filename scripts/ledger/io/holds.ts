import type { Attempt } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Target } from '../../names/target.ts'
import { requireKnown } from '../entry.ts'
import { type Hold, heldError, holdIn } from '../hold.ts'
import type { State } from '../state.ts'
import { type Ledger, ledgersAtOnce } from './ledger.ts'
import type { Head } from './read-entries.ts'

/** The hold on a target as of its newest entry, if there is one. */
export async function readHold(
  ledger: Ledger,
  target: Target,
  { entry, state }: Head,
): Promise<Hold | undefined> {
  if (state.hold === null) return undefined
  return holdIn(entry?.sequence === state.hold ? entry : await ledger.read(target, state.hold))
}

/** What the ledger of a service says now, with the time of AWS. */
export type LedgerStand = {
  readonly service: ServiceName
  readonly hold: Hold | undefined
  readonly state: State
  readonly time: Date
}

/** What the ledgers of some targets say, and why others cannot be read. */
export async function readStands(
  ledger: Ledger,
  targets: readonly Target[],
): Promise<Attempt<LedgerStand>[]> {
  const read = await sideBySide(targets, ledgersAtOnce, async target => {
    const head = await ledger.head(target)
    if (head.entry !== undefined) requireKnown(head.entry)
    const hold = await readHold(ledger, target, head)
    return { service: target.service, hold, state: head.state, time: head.time }
  })
  return read.map(one => ('error' in one ? one : { value: one.value }))
}

/** Throws if a target is held as of its newest entry. */
export async function requireNoHold(ledger: Ledger, target: Target, head: Head): Promise<void> {
  const hold = await readHold(ledger, target, head)
  if (hold !== undefined) throw heldError(target, hold)
}
