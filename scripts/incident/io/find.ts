import { UserError } from '../../base/user-error.ts'
import { type Deployment, eventOf, type LedgerEvent, type ReadEntry } from '../../ledger/entry.ts'
import { type Activity, historian } from '../../ledger/history.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import { newestFirst } from '../../ledger/io/newest-first.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { incidentErrors } from '../errors.ts'

type Back = Extract<LedgerEvent, { type: 'rolled-back' | 'rollback' }>
type Started = Extract<LedgerEvent, { type: 'started' }>

/** A rollback as the ledger tells it. */
export type Found = {
  readonly entry: ReadEntry
  readonly event: Back
  /** The entry that the bad deployment's rollout began with, if it is known. */
  readonly begun: { readonly entry: ReadEntry; readonly event: Started } | undefined
  /** What traffic went back to, if an entry has it. */
  readonly good: Deployment | undefined
  readonly activities: readonly Activity[]
  readonly isHeld: boolean
}

/** Finds the newest rollback of a target, or the one at a sequence, and what it is about. */
export async function findIncident(
  ledger: Ledger,
  target: Target,
  sequence: number | undefined,
): Promise<Found> {
  const head = await ledger.head(target)
  const entry = await backAt(ledger, target, sequence ?? head.sequence, sequence !== undefined)
  const event = entry && backIn(entry)
  if (entry === undefined || event === undefined) throw noIncident(target, sequence)
  const begun = await begunBy(ledger, target, entry, event)
  const good =
    event.type === 'rollback' ? event.deployment : await verifiedBefore(ledger, target, begun?.entry ?? entry)
  const first = begun?.entry.sequence ?? entry.sequence
  const last = Math.min(head.sequence, entry.sequence + mostAfter)
  const activities = await activitiesFrom(ledger, target, first, last)
  return { entry, event, begun, good, activities, isHeld: head.state.hold !== null }
}

// What follows a rollback: its end, a resume, the deploy of a fixed release.
const mostAfter = 10

function backIn(entry: ReadEntry): Back | undefined {
  const event = eventOf(entry)
  return event?.type === 'rolled-back' || event?.type === 'rollback' ? event : undefined
}

async function backAt(
  ledger: Ledger,
  target: Target,
  newest: number,
  isNamed: boolean,
): Promise<ReadEntry | undefined> {
  for await (const entry of newestFirst(ledger, target, newest))
    if (isNamed || backIn(entry) !== undefined) return entry
  return undefined
}

function noIncident(target: Target, sequence: number | undefined): UserError {
  const problem =
    sequence === undefined
      ? `no traffic of ${printTarget(target)} ever went back`
      : `entry ${sequence} of the ledger of ${printTarget(target)} is not a rollback`
  return new UserError(incidentErrors['incident-none'], problem, {
    remedy: `make history ENV=${target.environment} SERVICE=${target.service} shows the entries.`,
  })
}

async function begunBy(
  ledger: Ledger,
  target: Target,
  { sequence }: ReadEntry,
  event: Back,
): Promise<Found['begun']> {
  for await (const entry of newestFirst(ledger, target, sequence - 1)) {
    const started = eventOf(entry)
    if (started?.type !== 'started') continue
    const isIt =
      event.type === 'rolled-back'
        ? entry.sequence === event.started
        : started.deployment.applied.revision === event.from.revision
    if (isIt) return { entry, event: started }
  }
  return undefined
}

/** What was verified last when an entry was written. */
async function verifiedBefore(
  ledger: Ledger,
  target: Target,
  { state }: ReadEntry,
): Promise<Deployment | undefined> {
  const [good] = state.good
  const event = good && eventOf(await ledger.read(target, good.sequence))
  return event !== undefined && 'deployment' in event ? event.deployment : undefined
}

async function activitiesFrom(
  ledger: Ledger,
  target: Target,
  first: number,
  last: number,
): Promise<Activity[]> {
  const told = historian(100)
  const entries = await Array.fromAsync({ length: last - first + 1 }, (_, index) =>
    ledger.read(target, first + index),
  )
  for (const entry of entries) told.add(entry)
  return told.newest().toReversed()
}
