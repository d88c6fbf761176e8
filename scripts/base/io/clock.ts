import { setTimeout } from 'node:timers/promises'

/** Time and chance. */
export type Clock = {
  /** Milliseconds since some moment; only differences mean something. */
  now(): number
  /** The time of day. */
  date(): Date
  sleep(milliseconds: number): Promise<void>
  /** A number from 0 up to 1. */
  random(): number
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: milliseconds => setTimeout(milliseconds, undefined),
  random: Math.random,
}

/** How long to wait before the attempt after `attempt` (0, 1, …): full jitter, doubling up to a ceiling, in ms. */
export function backoff(clock: Clock, attempt: number, ceilingMs: number): number {
  return clock.random() * Math.min(ceilingMs, 50 * 2 ** attempt)
}
