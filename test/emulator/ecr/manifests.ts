import { createHash } from 'node:crypto'
import { z } from 'zod'
import { EcrError } from './errors.ts'

const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json'
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json'
const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
const ociIndex = 'application/vnd.oci.image.index.v1+json'
const supported = new Set([dockerManifest, dockerList, ociManifest, ociIndex])
const foreignLayers = new Set([
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
])

const descriptorSchema = z.looseObject({
  mediaType: z.string().exactOptional(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().exactOptional(),
  platform: z
    .looseObject({ os: z.string().exactOptional(), architecture: z.string().exactOptional() })
    .exactOptional(),
})
const manifestSchema = z.looseObject({
  mediaType: z.string().exactOptional(),
  artifactType: z.string().exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
})

type Descriptor = z.output<typeof descriptorSchema>

/** What the emulator reads from a manifest; the bytes themselves are kept as they are. */
export type ParsedManifest = {
  mediaType: string
  children: Descriptor[]
  blobs: Descriptor[]
  artifactType?: string
  subject?: string
  annotations?: Record<string, string>
}

/** SHA-256 of exactly these bytes, as a digest. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Whether a media type is an index (OCI) or manifest list (Docker). */
export function isIndex(mediaType: string): boolean {
  return mediaType === dockerList || mediaType === ociIndex
}

/** Reads a manifest; the media type comes from the request, or else from the manifest's own field. */
export function parseManifest(bytes: Buffer, requestedMediaType: string | undefined): ParsedManifest {
  const json = read(manifestSchema, parseJson(bytes), "'Invalid JSON syntax'")
  const own = json.mediaType
  const mediaType = requestedMediaType ?? own
  if (mediaType === undefined)
    throw invalid("'imageManifestMediaType' is required for a manifest without 'mediaType'")
  if (own !== undefined && own !== mediaType)
    throw invalid(`Manifest media type '${own}' is not '${mediaType}'`)
  if (!supported.has(mediaType)) throw invalid(`Unsupported manifest media type '${mediaType}'`)
  const index = isIndex(mediaType)
  const config = index ? undefined : descriptor(json.config)
  const subject = json.subject === undefined ? undefined : descriptor(json.subject).digest
  const artifactType = json.artifactType ?? config?.mediaType
  const { annotations } = json
  return {
    mediaType,
    children: index ? descriptors(json.manifests) : [],
    blobs: config
      ? [config, ...descriptors(json.layers).filter(layer => !foreignLayers.has(layer.mediaType ?? ''))]
      : [],
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  }
}

/** The child that a client gets which does not accept an index: linux/amd64, or else the first. */
export function defaultChild(bytes: Buffer, mediaType: string): string | undefined {
  const { children } = parseManifest(bytes, mediaType)
  const preferred = children.find(
    child => child.platform?.os === 'linux' && child.platform.architecture === 'amd64',
  )
  return (preferred ?? children[0])?.digest
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function descriptors(value: unknown): Descriptor[] {
  return read(z.array(z.unknown()), value, "'Manifest layers or manifests are missing'").map(descriptor)
}

function descriptor(value: unknown): Descriptor {
  return read(descriptorSchema, value, "'Manifest has a descriptor without a valid digest'")
}

function read<T extends z.ZodType>(schema: T, value: unknown, constraint: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(constraint)
}

function invalid(constraint: string): EcrError {
  return new EcrError(
    'InvalidParameterException',
    `Invalid parameter at 'ImageManifest' failed to satisfy constraint: ${constraint}`,
  )
}
