import { plain } from '../../base/printable.ts'
import { type Deployment, eventOf } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import { printTime } from '../../names/print-time.ts'
import type { Target } from '../../names/target.ts'
import { describeEntry } from '../messages.ts'
import type { Claim } from '../seen.ts'

/** A rollout that has not ended: the sequence of its first entry, and what it sends traffic to. */
export type OpenRollout = { readonly sequence: number; readonly deployment: Deployment }

/** The rollout of a target that has not ended. */
export async function openRollout(
  ledger: Ledger,
  { entry, state: { open } }: Head,
  target: Target,
): Promise<OpenRollout | undefined> {
  if (open?.type !== 'rollout') return undefined
  const { sequence } = open
  const event = eventOf(entry?.sequence === sequence ? entry : await ledger.read(target, sequence))
  return event?.type === 'started' ? { sequence, deployment: event.deployment } : undefined
}

/** What it means for a rollout that somebody else has taken over. */
export function claimOfAnother(
  { entry, state }: Head,
  open: OpenRollout | undefined,
  { applied: { revision } }: Deployment,
): Claim {
  const isRollback = state.open?.type === 'rollback' || (entry !== undefined && goesBack(entry.event.type))
  const isOfAnother = open !== undefined && open.deployment.applied.revision !== revision
  // What was verified, perhaps by another run, has its share by right.
  const takesAll = (isRollback || isOfAnother) && !state.good.some(one => one.revision === revision)
  if (entry === undefined) return { by: 'another', says: 'its ledger has no entry any more', takesAll }
  const { shift } = state.open ?? {}
  const of = open && ` of ${plain(open.deployment.tag)}`
  const until = shift && `; until ${printTime(shift.deadline)} the same deploy${of ?? ''} may go on with it`
  return { by: 'another', says: `${describeEntry(entry)}${until ?? ''}`, takesAll }
}

function goesBack(type: string): boolean {
  return type === 'rollback' || type === 'rollback-completed' || type === 'rolled-back'
}
