import type { Digest } from '../../names/digest.ts'
import type { Target } from '../../names/target.ts'
import { eventOf, type ReadEntry } from '../entry.ts'
import { unverified, type Verification, verificationIn } from '../verification.ts'
import type { Ledger } from './ledger.ts'
import { newestFirst } from './newest-first.ts'

/**
 * Throws unless a target's ledger has a verification of a digest that traffic was not taken back from since. Reads the
 * newest entries first, and stops at the first that tells; an entry that cannot be read is never a pass.
 */
export async function requireVerified(
  ledger: Ledger,
  target: Target,
  release: { readonly tag: string; readonly digest: Digest },
): Promise<void> {
  const { state, sequence } = await ledger.head(target)
  // Most often it is what was verified last.
  if (state.good.some(({ digest }) => digest === release.digest)) return
  const found = await search(ledger, target, release.digest, sequence)
  if (found?.state !== 'verified') throw unverified(target, release.tag, found, state)
}

async function search(
  ledger: Ledger,
  target: Target,
  digest: Digest,
  newest: number,
): Promise<Verification | undefined> {
  const left = new Map<string, ReadEntry>()
  for await (const entry of newestFirst(ledger, target, newest)) {
    const event = eventOf(entry)
    if (event?.type === 'rollback') left.set(event.from.revision, entry)
    const found = verificationIn(entry, digest, left)
    if (found !== undefined) return found
  }
  return undefined
}
