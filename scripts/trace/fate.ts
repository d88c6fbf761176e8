import { eventOf, type LedgerEvent, type ReadEntry } from '../ledger/entry.ts'
import type { Hold } from '../ledger/hold.ts'
import type { Good } from '../ledger/state.ts'
import type { InPhase } from '../rollout/running.ts'

/** What a ledger says became of a release. */
export type Fate = {
  /** The newest thing that happened to it; `back` is traffic that was sent back to it, `left` what was sent back from it; `gone` is a service that was destroyed. */
  readonly state: 'not ended' | 'failed' | 'verified' | 'back' | 'left' | 'gone'
  /** The entry that says so. */
  readonly entry: ReadEntry
  readonly reason?: string
  /** The newest entry that says it was verified. */
  readonly verified: ReadEntry | undefined
}

/** What was read of a ledger: the fate of a release there, the hold on its service, and what is wrong with the entries. */
export type LedgerSeen = {
  readonly entries: number
  readonly fate: Fate | undefined
  readonly hold: Hold | undefined
  /** The deployment that was verified last, or that traffic was sent back to since. */
  readonly good: Good | undefined
  /** The rollout that is in a phase. */
  readonly phase?: InPhase | undefined
  readonly faults: readonly { readonly sequence: number; readonly fault: string }[]
}

/** Tells the fate of a release from the entries of a ledger, oldest first. */
export function fateTeller(tag: string) {
  let fate: Fate | undefined
  let began: number | undefined
  const revisions = new Set<string>()
  return {
    add(entry: ReadEntry): void {
      const event = eventOf(entry)
      if (event === undefined) return
      if (event.type === 'started') began = event.deployment.tag === tag ? entry.sequence : undefined
      if ('deployment' in event && event.deployment.tag === tag)
        revisions.add(event.deployment.applied.revision)
      const next = stateAfter(event)
      if (next === undefined) return
      const verified = next.state === 'verified' ? entry : fate?.verified
      fate = { ...next, entry, verified }
    },
    fate: () => fate,
  }

  function stateAfter(event: LedgerEvent): Pick<Fate, 'state' | 'reason'> | undefined {
    switch (event.type) {
      case 'started':
        return event.deployment.tag === tag ? { state: 'not ended' } : undefined
      case 'rolled-back':
        return event.started === began ? { state: 'failed', reason: event.reason } : undefined
      case 'verified':
      case 'repaired':
        return event.deployment.tag === tag ? { state: 'verified' } : undefined
      case 'rollback':
        if (event.deployment.tag === tag) return { state: 'back', reason: event.reason }
        return revisions.has(event.from.revision) ? { state: 'left', reason: event.reason } : undefined
      case 'destroyed':
        return fate === undefined || fate.state === 'left' || fate.state === 'failed'
          ? undefined
          : { state: 'gone', ...(event.reason === undefined ? {} : { reason: event.reason }) }
      default:
        return undefined
    }
  }
}
