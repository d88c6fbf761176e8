import type { Clock } from '../clock.ts'

/** Resolves when the next call may start. Callers go in the order in which they asked. */
export type Pace = () => Promise<void>

// Slightly below the quota: the server counts calls as they arrive, and not all take equally long to get there.
const share = 0.95

/** Spreads calls evenly, so that they stay within a quota per second. */
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
