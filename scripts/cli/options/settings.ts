import { z } from 'zod'
import type { Command } from '../command.ts'
import { duration, milliseconds } from './option-types.ts'
import type { SettingName } from './texts.ts'

/** The environment variables that configure a command. */
export const settingsShape = {
  // Longer than AWS takes to start any answer that Waybill waits for, and short enough to retry.
  WAYBILL_TIMEOUT_MS: milliseconds.default(30_000),
  WAYBILL_LOCK_TIMEOUT: duration.default(20_000),
} satisfies Record<SettingName, z.ZodType>

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
