import { z } from 'zod'
import type { Command } from './command.ts'
import { duration, milliseconds } from './option-types.ts'

/**
 * The environment variables that configure a command. The GitHub variables `WAYBILL_ATTEST`, `WAYBILL_PIN` and
 * `WAYBILL_PIN_APP` and the secret `WAYBILL_PIN_APP_KEY` are not among them: only the workflows read those.
 */
export const settingsShape = {
  // Longer than AWS takes to start any answer that Waybill waits for, and short enough to retry.
  WAYBILL_TIMEOUT_MS: milliseconds
    .default(30_000)
    .describe(
      'How long AWS or GitHub may be silent, in ms, before the call is tried again; 30000 by default. git may be silent for 4 times as long while it reads from the remote, and for 20 times as long otherwise, then it is stopped',
    ),
  WAYBILL_LOCK_TIMEOUT: duration
    .default(20_000)
    .describe(
      'How long to wait for another run to release the lock on a state, as in 5m or 5m30s; 20s by default',
    ),
}

/** The name of such a variable. */
export type SettingName = keyof typeof settingsShape

/** The values of the variables. */
export type Settings = {
  readonly timeoutMs: number
  readonly lockTimeoutMs: number
}

/** The variables that a command reads, each with its schema. */
export function settingsRead({ reads }: Pick<Command, 'reads'>): z.ZodRawShape {
  return Object.fromEntries(reads.map(name => [name, settingsShape[name]]))
}

/** The settings for the given variables; one that is left out has its default. */
export function settingsOf(variables: Readonly<Record<string, string>>): Settings {
  const values = z.object(settingsShape).parse(variables)
  return { timeoutMs: values.WAYBILL_TIMEOUT_MS, lockTimeoutMs: values.WAYBILL_LOCK_TIMEOUT }
}
