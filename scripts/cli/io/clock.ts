import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: milliseconds => setTimeout(milliseconds, undefined),
  random: Math.random,
}
