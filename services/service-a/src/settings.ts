/** What the service reads from its environment. */
export type Settings = {
  readonly port: number
  readonly release: string
  readonly commit: string
}

/** A setting whose value the service cannot work with. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

/** Reads the settings; throws a SettingError that names the variable which is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  return {
    port: readPort(env.PORT),
    release: env.RELEASE || 'unknown',
    commit: env.COMMIT || 'unknown',
  }
}

function readPort(value: string | undefined): number {
  if (value === undefined) return 8080
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value)
  throw new SettingError(`PORT must be a whole number from 0 to 65535, but it is ${JSON.stringify(value)}`)
}
