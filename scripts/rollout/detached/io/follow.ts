import { eventOf, type LedgerEvent, type ReadEntry } from '../../../ledger/entry.ts'
import type { Ledger } from '../../../ledger/io/ledger.ts'
import type { Target } from '../../../names/target.ts'
import { observe } from '../../io/observe.ts'
import { begin, type Watchable } from '../../io/watch.ts'
import { lookSeconds } from '../../judge.ts'
import { nextStep } from '../../next-step.ts'

/** Shows a rollout that somebody else carries out, until it is over or this run is asked to stop. It takes no step. */
export async function followRollout(run: Watchable): Promise<void> {
  const memory = await begin(run)
  // Whoever carries it out runs the check.
  memory.smoke = { state: 'passed' }
  while (!run.signal.aborted) {
    const { seen } = await observe(run, memory)
    run.follow({ seen, step: nextStep(seen) })
    if (seen.claim.by === 'another' || seen.claim.isVerified) return
    await run.clock.sleep(lookSeconds * 1000)
  }
}

/** What ended a rollout, as its ledger says. */
export type RolloutEnd = Extract<LedgerEvent, { type: 'verified' | 'rolled-back' | 'rollback' | 'started' }>

/** The entry that ended the rollout of an entry; undefined if it is under way still. */
export async function endOfRollout(
  ledger: Ledger,
  target: Target,
  started: number,
): Promise<{ readonly entry: ReadEntry; readonly event: RolloutEnd } | undefined> {
  const { sequence: newest } = await ledger.head(target)
  for (let sequence = started + 1; sequence <= newest; sequence++) {
    const entry = await ledger.read(target, sequence)
    const event = eventOf(entry)
    if (event !== undefined && isEnd(event, started)) return { entry, event }
  }
  return undefined
}

function isEnd(event: LedgerEvent, started: number): event is RolloutEnd {
  if (event.type === 'verified' || event.type === 'rolled-back') return event.started === started
  // A person has gone back, or another rollout has begun.
  return event.type === 'rollback' || event.type === 'started'
}
