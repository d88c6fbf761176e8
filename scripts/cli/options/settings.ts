/** The values of the environment variables that configure a command. */
export type Settings = {
  readonly timeoutMs: number
  readonly lockTimeoutMs: number
}

// Longer than AWS takes to start any answer that Waybill waits for, and short enough to retry.
const usualTimeoutMs = 30_000
const usualLockTimeoutMs = 20_000

/** The settings of a command whose variables have these values; one that is left out has its default. */
export function settingsOf(values: {
  readonly WAYBILL_TIMEOUT_MS?: number
  readonly WAYBILL_LOCK_TIMEOUT?: number
}): Settings {
  const { WAYBILL_TIMEOUT_MS = usualTimeoutMs, WAYBILL_LOCK_TIMEOUT = usualLockTimeoutMs } = values
  return { timeoutMs: WAYBILL_TIMEOUT_MS, lockTimeoutMs: WAYBILL_LOCK_TIMEOUT }
}
