import { createHash } from 'node:crypto'
import type { ECRClient } from '@aws-sdk/client-ecr'
import {
  CompleteLayerUploadCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'

/** Media types that ECR carries. */
export const mediaTypes = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
}

/** A manifest with the blobs that it names. */
export type SampleImage = { manifest: string; mediaType: string; digest: string; blobs: Buffer[] }

/** The digest of bytes or text. */
export function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

/** An OCI image whose content depends on its name; its odd spacing shows whether bytes survive. */
export function sampleImage(name: string, extra: Record<string, unknown> = {}): SampleImage {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { name } },
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  )
  const layer = Buffer.from(`layer of ${name}`)
  const fields = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: sha256(config),
      size: config.length,
    },
    layers: [
      { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: sha256(layer), size: layer.length },
    ],
    ...extra,
  }
  const manifest = `${JSON.stringify(fields, null, 3)}\n \n`
  return { manifest, mediaType: fields.mediaType, digest: sha256(manifest), blobs: [config, layer] }
}

/** An index of these images, the first for amd64 unless told, and the others for the other architecture. */
export function sampleIndex(images: SampleImage[], first: 'amd64' | 'arm64' = 'amd64'): SampleImage {
  const other = first === 'amd64' ? 'arm64' : 'amd64'
  const manifests = images.map((image, index) => ({
    mediaType: image.mediaType,
    digest: image.digest,
    size: Buffer.byteLength(image.manifest),
    platform: { os: 'linux', architecture: index === 0 ? first : other },
  }))
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })
  return { manifest, mediaType: mediaTypes.ociIndex, digest: sha256(manifest), blobs: [] }
}

/** Uploads an image's blobs and puts its manifest, as `docker push` does over the JSON API. */
export async function pushImage(
  ecr: ECRClient,
  repositoryName: string,
  image: SampleImage,
  imageTag?: string,
): Promise<void> {
  for (const blob of image.blobs) await pushBlob(ecr, repositoryName, blob)
  await ecr.send(
    new PutImageCommand({
      repositoryName,
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
      imageDigest: image.digest,
      imageTag,
    }),
  )
}

/** Uploads one blob; one that is already there is fine. */
export async function pushBlob(ecr: ECRClient, repositoryName: string, blob: Buffer): Promise<void> {
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))
  await ecr.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: blob.length - 1,
      layerPartBlob: blob,
    }),
  )
  try {
    await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [sha256(blob)] }))
  } catch (cause) {
    if ((cause as Error).name !== 'LayerAlreadyExistsException') throw cause
  }
}
