import { StandInError } from './stand-in-error.ts'

/** What an image runs on, such as `linux/arm64/v8`. */
export type Platform = {
  readonly name: string
  readonly os: string
  readonly architecture: string
  readonly variant: string | undefined
}

/** Reads a list of platforms with commas between them. */
export function parsePlatforms(text: string): readonly Platform[] {
  return text.split(',').map(name => {
    const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9]+)(?:\/([a-z0-9]+))?$/.exec(name) ?? []
    if (os === undefined || architecture === undefined)
      throw new StandInError(`ERROR: "${name}" is no platform`)
    return { name, os, architecture, variant }
  })
}

/** A platform under the names that manifests and configs have for it. */
export function platformFields({ os, architecture, variant }: Platform): Readonly<Record<string, string>> {
  return { architecture, os, ...(variant === undefined ? {} : { variant }) }
}
