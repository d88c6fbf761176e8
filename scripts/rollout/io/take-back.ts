import { attemptAsync } from '../../base/attempt.ts'
import type { UserError } from '../../base/user-error.ts'
import { mainOf, standing, wholeOf } from '../../kinds/io/mover.ts'
import { noWayBack, takenBack } from '../back-messages.ts'
import { movedByAnother, noPointer } from '../messages.ts'
import { startupMinutes, waitForArrival } from './run.ts'
import type { Watchable } from './watch.ts'

const mostTries = 3
// A run that was asked to stop still waits for the traffic to be back.
const neverStopped = new AbortController().signal

/** Where traffic goes back to, why, and whether the only reason is a person's stop, or that the run sees nothing. */
export type Back = {
  readonly stable: string | undefined
  readonly why: string
  readonly isStopped: boolean
  readonly isBlind?: boolean
  /** Whether the only reason is that nobody continued it. */
  readonly isAbandoned?: boolean
}

/**
 * Sends all traffic back to the verified revision, and says so in the ledger, which holds the service unless a person has
 * stopped the run. Returns the error that ends the run: what it was to do is not done.
 */
export async function takeBack(
  run: Watchable,
  { stable, why, isStopped, isBlind, isAbandoned }: Back,
): Promise<UserError> {
  const { mover, rollout, journal, clock, waitMs, shifting } = run
  const { applied } = rollout
  if (stable === undefined) return noWayBack(rollout, why)
  for (let tries = 0; tries < mostTries; tries++) {
    const stood = await standing(mover, applied)
    if (stood === undefined) return noPointer(rollout)
    const { pointer } = stood
    const isElsewhere = ![stable, applied.revision].includes(mainOf(pointer) ?? '')
    // Somebody else has sent it to a third revision, and knows why.
    if (isElsewhere) return movedByAnother(rollout)
    if (wholeOf(pointer) !== stable) {
      const sent = await stood.sendBack(stable)
      if (sent === 'gone') return noWayBack(rollout, `${why}; and revision ${stable} is gone`)
      if (sent === 'moved by another') continue
      const deadline = { from: clock.now(), ms: waitMs ?? startupMinutes * 60_000 }
      const back = { ...rollout, applied: { ...applied, revision: stable } }
      if (sent === 'sent')
        await waitForArrival(
          { ...run, rollout: back, deadline, signal: neverStopped },
          { revision: stable, seen: pointer },
        )
    }
    // What stays of its steps is replaced by the next rollout, so this is no reason not to say that the traffic is back.
    await attemptAsync(async () => await shifting.steps?.rest(applied))
    const noted = await attemptAsync(() => journal.rolledBack(stable, why, { holds: !isStopped }))
    return takenBack(rollout, { to: stable, why, isStopped, isBlind, isAbandoned, noted })
  }
  return movedByAnother(rollout)
}
