import type { Attempt } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Target } from '../../names/target.ts'
import { requireKnown } from '../entry.ts'
import { type Hold, heldError, holdIn } from '../hold.ts'
import type { Good } from '../state.ts'
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

/** A service that is held, and the deployment that was verified last or that traffic was sent back to since. */
export type HeldService = {
  readonly service: ServiceName
  readonly hold: Hold
  readonly good: Good | undefined
}

/** The holds on some targets, and why others cannot be read. */
export async function readHolds(ledger: Ledger, targets: readonly Target[]): Promise<Attempt<HeldService>[]> {
  const read = await sideBySide(targets, ledgersAtOnce, async target => {
    const head = await ledger.head(target)
    if (head.entry !== undefined) requireKnown(head.entry)
    const hold = await readHold(ledger, target, head)
    return hold && { service: target.service, hold, good: head.state.good[0] }
  })
  return read.flatMap((one): Attempt<HeldService>[] =>
    'error' in one ? [one] : one.value === undefined ? [] : [{ value: one.value }],
  )
}

/** Throws if a target is held as of its newest entry. */
export async function requireNoHold(ledger: Ledger, target: Target, head: Head): Promise<void> {
  const hold = await readHold(ledger, target, head)
  if (hold !== undefined) throw heldError(target, hold)
}
