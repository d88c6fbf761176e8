/** An option as a help page shows it. */
export type OptionText = { readonly text: string; readonly isOptional: boolean }

/** An option that has to be given. */
export function required(text: string): OptionText {
  return { text, isOptional: false }
}

/** An option that may be left out. */
export function optional(text: string): OptionText {
  return { text, isOptional: true }
}

export const unlockText = 'The id of a lock that a dead run left behind, to remove first'

export const allowReplaceText = 'Addresses of resources that may be replaced or destroyed, comma-separated'

/** The options that every command takes. */
export const commonOptions = {
  DRY_RUN: optional('1: print what would be done, write nothing'),
  JSON: optional('1: one JSON document on stdout, messages on stderr'),
}

/**
 * The environment variables that configure a command. The GitHub variables `WAYBILL_ATTEST`, `WAYBILL_PIN` and
 * `WAYBILL_PIN_APP` and the secret `WAYBILL_PIN_APP_KEY` are not among them: only the workflows read those.
 */
export const settingTexts = {
  WAYBILL_TIMEOUT_MS: optional(
    'How long AWS or GitHub may be silent, in ms, before the call is tried again; 30000 by default. git may be silent for 4 times as long while it reads from the remote, and for 20 times as long otherwise, then it is stopped',
  ),
  WAYBILL_LOCK_TIMEOUT: optional(
    'How long to wait for another run to release the lock on a state, as in 5m or 5m30s; 20s by default',
  ),
}

/** The name of such a variable. */
export type SettingName = keyof typeof settingTexts
