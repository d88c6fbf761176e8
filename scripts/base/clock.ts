/** Time and randomness. */
export type Clock = {
  /** Milliseconds since an arbitrary moment; only differences are meaningful. */
  now(): number
  /** The time of day. */
  date(): Date
  sleep(milliseconds: number): Promise<void>
  /** A number from 0 up to 1. */
  random(): number
}

/** How long to wait after attempt number `attempt` (0, 1, …), in ms: full jitter, doubling up to a ceiling. */
export function backoff(clock: Clock, attempt: number, ceilingMs: number): number {
  return clock.random() * Math.min(ceilingMs, 50 * 2 ** attempt)
}
