import type { Options } from '../command.ts'

/** What options of a type say where a command says nothing of its own. */
export const usualTexts: Readonly<Record<string, string>> = {
  addresses: 'Addresses of resources that may be replaced or destroyed, comma-separated',
  lock: 'The id of a lock that a dead run left behind, to remove first',
}

/** The options that every command takes. */
export const commonOptions = {
  DRY_RUN: { type: 'flag', text: '1: print what would be done, write nothing' },
  JSON: { type: 'flag', text: '1: one JSON document on stdout, messages on stderr' },
} satisfies Options

/**
 * The environment variables that configure a command. The GitHub variables `WAYBILL_ATTEST`, `WAYBILL_PIN` and
 * `WAYBILL_PIN_APP` and the secret `WAYBILL_PIN_APP_KEY` are not among them: only the workflows read those.
 */
export const settingOptions = {
  WAYBILL_TIMEOUT_MS: {
    type: 'milliseconds',
    text: 'How long AWS or GitHub may be silent, in ms, before the call is tried again; 30000 by default. git may be silent for 4 times as long while it reads from the remote, and for 20 times as long otherwise, then it is stopped',
  },
  WAYBILL_LOCK_TIMEOUT: {
    type: 'duration',
    text: 'How long to wait for another run to release the lock on a state, as in 5m or 5m30s; 20s by default',
  },
} satisfies Options

/** The name of such a variable. */
export type SettingName = keyof typeof settingOptions

/** The variables that a command reads. */
export function settingsRead({ reads }: { readonly reads: readonly SettingName[] }): Options {
  return Object.fromEntries(reads.map(name => [name, settingOptions[name]]))
}

/** Options as a usage line shows them: `ENV=…`, and `[TAG=…]` for one that may be left out. */
export function usageWords(options: Options): string[] {
  return Object.entries(options).map(([option, { isRequired }]) =>
    isRequired ? `${option}=…` : `[${option}=…]`,
  )
}
