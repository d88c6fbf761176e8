import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { CreateRepositoryCommand, type ECRClient, PutImageCommand } from '@aws-sdk/client-ecr'
import { clientsFor } from '../../emulator/clients.ts'
import { pushBlob, type SampleImage, sampleImage, sampleIndex, sha256 } from '../../emulator/sample-image.ts'
import type { World } from '../../support/world.ts'
import { mapLimited } from './limited.ts'

/** An image with this many layers, as small as a manifest can be written. */
export function layeredImage(name: string, count: number): SampleImage {
  const blobs = Array.from({ length: count }, (_, index) => Buffer.from(`layer ${index} of ${name}`))
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip'
  const layers = blobs.map(blob => ({ mediaType, digest: sha256(blob), size: blob.length }))
  const image = sampleImage(name, { layers })
  const manifest = JSON.stringify(JSON.parse(image.manifest))
  return { ...image, manifest, digest: sha256(manifest), blobs: [...image.blobs.slice(0, 1), ...blobs] }
}

/** Pushes an image and gives it a tag. */
export async function pushLayers(
  ecr: ECRClient,
  repositoryName: string,
  image: SampleImage,
  imageTag?: string,
): Promise<void> {
  await mapLimited(image.blobs, 8, blob => pushBlob(ecr, repositoryName, blob))
  const { manifest: imageManifest, mediaType: imageManifestMediaType } = image
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType, imageTag }))
}

/** Pushes an index of two images with some layers, and gives it a tag. */
export async function pushIndex(ecr: ECRClient, repositoryName: string, imageTag: string): Promise<void> {
  const images = ['one', 'two'].map(name => layeredImage(name, 5))
  for (const image of images) await pushLayers(ecr, repositoryName, image)
  await pushLayers(ecr, repositoryName, sampleIndex(images), imageTag)
}

/** Makes repositories whose tags never move. */
export async function makeRepositories({ emulator }: World, names: readonly string[]): Promise<void> {
  const { ecr } = clientsFor(emulator)
  await mapLimited(names, 8, repositoryName =>
    ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' })),
  )
}

/** Makes annotated tags of commits in one process of git, and pushes them in another. */
export async function tagAll(world: World, tags: ReadonlyMap<string, string>): Promise<void> {
  const input = [...tags].map(([tag, commit]) => {
    const message = `${tag}\n`
    return `tag ${tag}\nfrom ${commit}\ntagger Test <test@example.com> 1700000000 +0000\ndata ${message.length}\n${message}`
  })
  await fastImport(world, world.clone, input.join('\n'))
  await world.git(['push', '--quiet', 'origin', '--tags'])
}

/** Feeds a repository what git reads fastest. */
export async function fastImport(
  { env }: Pick<World, 'env'>,
  folder: string,
  input: string | Iterable<string>,
): Promise<void> {
  const child = spawn('git', ['fast-import', '--quiet'], {
    cwd: folder,
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  for (const part of typeof input === 'string' ? [input] : input)
    if (!child.stdin.write(part)) await once(child.stdin, 'drain')
  child.stdin.end()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
}
