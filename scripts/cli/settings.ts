import type { z } from 'zod'
import { duration, milliseconds } from './option-types.ts'

/** The variables of the environment that set Waybill up, whichever command runs. */
export const settingsShape = {
  // Longer than AWS takes to start any answer that Waybill waits for, and short enough to retry.
  WAYBILL_TIMEOUT_MS: milliseconds
    .default(30_000)
    .describe(
      'How long AWS or GitHub may be silent, in ms, before the call is tried again; 30000 by default',
    ),
  WAYBILL_LOCK_TIMEOUT: duration
    .default(20_000)
    .describe('How long to wait for another run to release the lock on a state, as in 5m; 20s by default'),
}

/** The name of such a variable. */
export type SettingName = keyof typeof settingsShape

/** What the variables say. */
export type Settings = {
  readonly timeoutMs: number
  readonly lockTimeoutMs: number
}

/** The settings that the values of the variables stand for. */
export function settingsOf(values: z.output<z.ZodObject<typeof settingsShape>>): Settings {
  return { timeoutMs: values.WAYBILL_TIMEOUT_MS, lockTimeoutMs: values.WAYBILL_LOCK_TIMEOUT }
}
