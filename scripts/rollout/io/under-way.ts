import type { Pointer } from '../../kinds/io/mover.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import type { Good } from '../../ledger/state.ts'
import type { Target } from '../../names/target.ts'
import { abandonedPhase } from '../journal.ts'
import { underWay } from '../messages.ts'
import { openRollout } from './open-rollout.ts'

/**
 * Throws if a rollout of another release, or with other settings, is in a phase: an apply would change the service in the
 * middle of it, and could send no traffic to the result. One that nobody continues any more is only in the way while it
 * still has traffic.
 */
export async function requireNoneUnderWay(
  ledger: Ledger,
  target: Target,
  head: Head,
  wanted: Pick<Good, 'tag' | 'settings'>,
  look: () => Promise<Pointer | undefined>,
): Promise<void> {
  const { shift } = head.state.open ?? {}
  if (shift === undefined) return
  const open = await openRollout(ledger, head, target)
  if (open === undefined) return
  const { tag, settings, applied } = open.deployment
  if (tag === wanted.tag && settings === wanted.settings) return
  const isAbandoned = abandonedPhase(head.state, head.time) !== undefined
  if (isAbandoned && !Object.hasOwn((await look())?.shares ?? {}, applied.revision)) return
  throw underWay(target, { tag, shift, isAbandoned, isSameRelease: tag === wanted.tag })
}
