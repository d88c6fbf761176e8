import { StandInError } from './stand-in-error.ts'

/** A platform such as `linux/arm64/v8`. */
export type Platform = {
  readonly name: string
  readonly os: string
  readonly architecture: string
  readonly variant: string | undefined
}

/** Parses a comma-separated list of platforms. */
export function parsePlatforms(text: string): readonly Platform[] {
  return text.split(',').map(name => {
    const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9]+)(?:\/([a-z0-9]+))?$/.exec(name) ?? []
    if (os === undefined || architecture === undefined)
      throw new StandInError(`ERROR: "${name}" is not a platform`)
    return { name, os, architecture, variant }
  })
}

/** A platform with the field names of manifests and configs. */
export function platformFields({ os, architecture, variant }: Platform): Readonly<Record<string, string>> {
  return { architecture, os, ...(variant === undefined ? {} : { variant }) }
}
