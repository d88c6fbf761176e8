import type { Target } from '../../names/target.ts'
import { type Hold, heldError, holdIn } from '../hold.ts'
import type { Head, Ledger } from './ledger.ts'

/** The hold on a target as of its newest entry, if there is one. */
export async function readHold(
  ledger: Ledger,
  target: Target,
  { entry, state }: Head,
): Promise<Hold | undefined> {
  if (state.hold === null) return undefined
  return holdIn(entry?.sequence === state.hold ? entry : await ledger.read(target, state.hold))
}

/** Throws if a target is held as of its newest entry. */
export async function requireNoHold(ledger: Ledger, target: Target, head: Head): Promise<void> {
  const hold = await readHold(ledger, target, head)
  if (hold !== undefined) throw heldError(target, hold)
}
