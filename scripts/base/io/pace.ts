import type { Clock } from '../clock.ts'

/** Resolves when the next call may start. Callers go in the order in which they asked. */
export type Pace = () => Promise<void>

// Slightly below the quota: the server counts calls as they arrive, and not all take equally long to get there.
const share = 0.95

/**
 * Spreads calls evenly, so that they stay within a quota per second. After a pause, a `burst` of them may start at once; in
 * a second that begins with one, those after it come more slowly.
 */
export function pace(clock: Clock, quotaPerSecond: number, burst = 1): Pace {
  const intervalMs = 1000 / ((quotaPerSecond - burst + 1) * share)
  const credit = (burst - 1) * intervalMs
  let next = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock.now()
    const turn = Math.max(now - credit, next)
    next = turn + intervalMs
    if (turn > now) await clock.sleep(turn - now)
  }
}
