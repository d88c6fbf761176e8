import { z } from 'zod'
import { asImageService } from '../catalogue/service-config.ts'
import { kindOf } from '../kinds/all.ts'
import type { Build } from './selection.ts'

const platform = z.looseObject({ os: z.string(), architecture: z.string() })
const configTypes = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]
const descriptor = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() })
const single = z.looseObject({
  config: descriptor.refine(({ mediaType }) => configTypes.includes(mediaType)),
  layers: z.array(descriptor),
})
const index = z.looseObject({ manifests: z.array(z.looseObject({ platform: platform.optional() })) })

/** What a manifest describes: an index of images for platforms, or one image, whose platform is in its configuration. */
export type Pushed =
  | { readonly platforms: readonly string[] }
  | { readonly config: { readonly digest: string; readonly size: number } }

/** Reads a manifest; undefined if it is not that of an image. */
export function readPushed(manifest: string): Pushed | undefined {
  const value: unknown = JSON.parse(manifest)
  const images = index.safeParse(value)
  if (images.success)
    return {
      platforms: images.data.manifests.flatMap(one => (one.platform ? [printPlatform(one.platform)] : [])),
    }
  const image = single.safeParse(value)
  return image.success ? { config: image.data.config } : undefined
}

/** The platform of one image, by its configuration; undefined if that says none. */
export function platformIn(config: string): string | undefined {
  const read = platform.safeParse(JSON.parse(config))
  return read.success ? printPlatform(read.data) : undefined
}

/**
 * Why an image that a command pushed cannot run where its service does; undefined if nothing is known against it.
 * `own` is the platform of one image, as far as it could be read.
 */
export function faultOfPushed(
  { config }: Pick<Build, 'config'>,
  pushed: Pushed | undefined,
  own: string | undefined,
): string | undefined {
  const wanted = asImageService(config)?.build.platforms ?? []
  if (pushed === undefined) return 'its manifest is neither that of an image nor an index of images'
  if ('platforms' in pushed) {
    if (!kindOf(config).acceptsIndex)
      return `it is an index, which ${config.kind} does not take: push one image, without provenance and SBOM`
    const lacking = wanted.filter(one => !pushed.platforms.includes(one))
    return lacking.length === 0 ? undefined : `it has no image for ${lacking.join(' and ')}`
  }
  if (wanted.length > 1) return `it is one image, but build.platforms names ${wanted.join(' and ')}`
  if (own === undefined || wanted.includes(own)) return undefined
  return `it is for ${own}, but build.platforms names ${wanted.join(' and ')}`
}

function printPlatform({ os, architecture }: z.output<typeof platform>): string {
  return `${os}/${architecture}`
}
