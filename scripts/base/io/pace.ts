import type { Clock } from './clock.ts'

/** Ends when the next call may be made; calls are let through in the order in which they asked. */
export type Pace = () => Promise<void>

// A little below the quota: the other side counts when a call arrives, and calls do not all take equally long.
const share = 0.95

/** Spreads calls evenly, so that no more than a quota's worth is made a second. */
export function pace(clock: Clock, quotaPerSecond: number): Pace {
  const intervalMs = 1000 / (quotaPerSecond * share)
  let next = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock.now()
    const turn = Math.max(now, next)
    next = turn + intervalMs
    if (turn > now) await clock.sleep(turn - now)
  }
}
