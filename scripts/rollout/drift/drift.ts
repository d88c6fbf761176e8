import { count } from '../../base/printable.ts'
import type { UserError } from '../../base/user-error.ts'
import { describeHeldTraffic, type Hold } from '../../ledger/hold.ts'
import type { OrphanedState } from '../../plan/orphans.ts'
import { describeForeign, type Running, replaceForeign } from '../running.ts'

/** `heldBy` is what keeps traffic where a rollback sent it, or where it was; `isOnItsWay` while a rollout is in a phase. */
export type PointerSeen = Running & {
  readonly service: string
  readonly heldBy: Hold | undefined
  readonly isOnItsWay: boolean
}

/** How an environment differs from what was applied there. */
export type Drift = {
  readonly pointers: readonly PointerSeen[]
  readonly orphans: readonly OrphanedState[]
  /** Why some of it could not be read. */
  readonly errors: readonly UserError[]
}

/** What is printed about drift: a line about each pointer, about code that was not released, and about each orphan. */
export type DriftLine = readonly ['passed' | 'failed' | 'left out', string]

/** Describes drift for a person. */
export function describeDrift({ pointers, orphans }: Drift): DriftLine[] {
  return [...pointers.flatMap(describePointer), ...orphans.map(describeOrphan)]
}

function describePointer(seen: PointerSeen): DriftLine[] {
  const { service, says, foreign } = seen
  return [
    [stateOf(seen), `${service}: ${seen.heldBy ? `${says}; ${describeHeldTraffic(seen.heldBy)}` : says}`],
    ...foreign.map(
      one => ['failed', `${service}: ${describeForeign(seen, one)}. ${replaceForeign}`] as const,
    ),
  ]
}

function stateOf({ heldBy, isOnItsWay, isApplied }: PointerSeen): DriftLine[0] {
  if (heldBy !== undefined || isOnItsWay) return 'left out'
  return isApplied ? 'passed' : 'failed'
}

function describeOrphan({ subject, why, remedy, resources }: OrphanedState): DriftLine {
  const state =
    'value' in resources
      ? `but its state has ${count(resources.value, 'resource')}: ${remedy}`
      : `and its state cannot be read (${resources.error.message}): ${remedy}`
  return ['failed', `${subject}: ${why}, ${state}`]
}

/** Describes drift for a program. */
export function documentDrift(drift: Drift) {
  const orphans = drift.orphans.map(({ address, environment, service, why, resources }) => ({
    state: address,
    environment,
    ...(service && { service }),
    why,
    ...('value' in resources ? { resources: resources.value } : { problem: resources.error.message }),
  }))
  const pointers = drift.pointers.map(({ heldBy, ...seen }) => ({ ...seen, isHeld: heldBy !== undefined }))
  return { pointers, orphans }
}

/** The services whose traffic goes elsewhere although neither a hold nor a rollout in a phase wants that. */
export function misrouted({ pointers }: Drift): string[] {
  return pointers.filter(one => stateOf(one) === 'failed').map(({ service }) => service)
}

/** The services that have code which was not released. */
export function withForeignCode({ pointers }: Drift): string[] {
  return pointers.filter(({ foreign }) => foreign.length > 0).map(({ service }) => service)
}
