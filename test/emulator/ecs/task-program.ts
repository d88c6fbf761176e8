import { blobsOf, findReferencedImage, parseImageUri } from '../ecr/image-reference.ts'
import { isIndex, parseManifest } from '../ecr/manifests.ts'
import type { LambdaState } from '../lambda/state.ts'
import type { Launch } from '../runtime/container.ts'
import { launchOf } from '../runtime/container.ts'
import type { Content } from '../runtime/unpack.ts'
import { ownerOf } from './revision.ts'
import type { EcsService, EcsState, Revision } from './state.ts'

/** What a task runs: the files of an image, and how its container is started. */
export type TaskProgram = { digest: string; content: Content; launch: Launch }

/** Reads what the first essential container of a revision runs, or says why it cannot be started. */
export function programOf(
  state: EcsState,
  service: EcsService,
  revision: Revision,
  sessionEnv: LambdaState['sessionEnv'],
): TaskProgram | string {
  const { containerDefinitions, taskRoleArn: role } = revision.taskDefinition.content
  const container = containerDefinitions.find(({ essential }) => essential !== false)
  const known = revision.images.find(({ containerName }) => containerName === container?.name)
  if (!container || !known) return 'the task definition has no essential container'
  const image = readImage(state, service, known.image, known.imageDigest)
  if (!image) return `the emulator (not AWS) does not have the image ${known.image} with all its layers`
  const launch = launchOf(image.content.config, container)
  if (typeof launch === 'string') return launch
  const variables = (container.environment ?? []).map(({ name = '', value = '' }) => [name, value])
  const env = {
    ...launch.env,
    ...(typeof role === 'string' ? sessionEnv(role, ownerOf(service)) : {}),
    ...(Object.fromEntries(variables) as Record<string, string>),
  }
  return { ...image, launch: { ...launch, env } }
}

/** An image with its layers; of an index, its first image. */
function readImage(state: EcsState, service: EcsService, uri: string, digest: string | undefined) {
  const reference = parseImageUri(state.ecr, ownerOf(service), uri)
  if (!reference || digest === undefined) return undefined
  const { tag: _, ...repository } = reference
  const at = (one: string) => findReferencedImage(state.ecr, { ...repository, digest: one })
  const found = at(digest)
  const [child] =
    found && isIndex(found.mediaType) ? parseManifest(found.bytes, found.mediaType).children : []
  const image = child ? at(child.digest) : found
  const blobs = image && blobsOf(state.ecr, repository, image)
  return image && blobs && { digest: image.digest, content: { kind: 'image' as const, ...blobs } }
}
