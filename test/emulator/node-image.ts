import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { SampleImage } from './sample-image.ts'
import { mediaTypes, sha256 } from './sample-image.ts'

/** What the configuration of an image says of its containers. */
export type ImageConfig = { Cmd?: string[]; Entrypoint?: string[]; Env?: string[]; WorkingDir?: string }

/** An image with these files in one layer, by path. */
export async function nodeImage(files: Record<string, string>, config: ImageConfig): Promise<SampleImage> {
  const tar = pack()
  const whole = buffer(tar)
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text)
  tar.finalize()
  const layer = gzipSync(await whole)
  const configuration = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config }))
  const describe = (mediaType: string, bytes: Buffer) => ({
    mediaType: `application/vnd.oci.image.${mediaType}`,
    digest: sha256(bytes),
    size: bytes.length,
  })
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: describe('config.v1+json', configuration),
    layers: [describe('layer.v1.tar+gzip', layer)],
  })
  return {
    manifest,
    mediaType: mediaTypes.ociManifest,
    digest: sha256(manifest),
    blobs: [configuration, layer],
  }
}
