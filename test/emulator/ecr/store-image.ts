import { wildcard } from '../iam/wildcard.ts'
import { EcrError } from './errors.ts'
import type { ParsedManifest } from './manifests.ts'
import { digestOf, parseManifest } from './manifests.ts'
import type { Repository, StoredImage } from './state.ts'
import { tagsOf } from './state.ts'

/** AWS's hard limit of tags on one image. */
const tagsPerImage = 1000
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** A manifest to store, with the checks that the caller asks for. */
export type Push = {
  bytes: Buffer
  mediaType?: string | undefined
  tag?: string | undefined
  digest?: string | undefined
  /** The error for a tag that already names this very digest in an immutable repository. */
  identical: string
}

/** Stores a manifest and moves or makes its tag, with every refusal that ECR knows. */
export function storeImage(repository: Repository, push: Push): StoredImage {
  if (push.tag !== undefined) checkTag(push.tag)
  const parsed = parseManifest(push.bytes, push.mediaType)
  const digest = digestOf(push.bytes)
  if (push.digest !== undefined && push.digest !== digest) {
    throw new EcrError(
      'ImageDigestDoesNotMatchException',
      `The image digest provided '${push.digest}' does not match the digest calculated by ECR '${digest}'`,
    )
  }
  checkReferences(repository, parsed)
  checkTagIsFree(repository, digest, push)
  const image = repository.images.get(digest) ?? newImage(repository, digest, push.bytes, parsed)
  if (push.tag !== undefined) setTag(repository, push.tag, digest)
  repository.images.set(digest, image)
  return image
}

/** Whether a tag of this repository can be moved. */
export function isMutable(repository: Repository, tag: string): boolean {
  const excluded = repository.exclusionFilters.some(({ filter }) => wildcard(filter, tag))
  if (repository.mutability === 'IMMUTABLE') return false
  if (repository.mutability === 'IMMUTABLE_WITH_EXCLUSION') return excluded
  if (repository.mutability === 'MUTABLE_WITH_EXCLUSION') return !excluded
  return true
}

/** ECR's words for a tag that cannot be overwritten. */
export function immutableTagMessage(repository: Repository, tag: string): string {
  return `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`
}

/** Refuses a tag that ECR would refuse. */
export function checkTag(tag: string): void {
  if (tagPattern.test(tag)) return
  throw new EcrError(
    'InvalidParameterException',
    `Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}''`,
  )
}

function checkReferences(repository: Repository, parsed: ParsedManifest): void {
  const children = parsed.children.map(child => child.digest).filter(digest => !repository.images.has(digest))
  if (children.length > 0) {
    throw new EcrError(
      'ReferencedImagesNotFoundException',
      `Images with digests '${children.join(', ')}' required for pushing image into repository with name '${repository.name}' in the registry with id '${repository.account}' do not exist`,
    )
  }
  const layers = parsed.blobs.map(blob => blob.digest).filter(digest => !repository.layers.has(digest))
  if (layers.length > 0) {
    throw new EcrError(
      'LayersNotFoundException',
      `Layers with digests '${layers.join(', ')}' required for pushing image into repository with name '${repository.name}' in the registry with id '${repository.account}' do not exist`,
    )
  }
}

function checkTagIsFree(repository: Repository, digest: string, push: Push): void {
  const { tag } = push
  const current = tag === undefined ? undefined : repository.tags.get(tag)
  const unchanged = tag === undefined ? repository.images.has(digest) : current === digest
  const immutable = tag !== undefined && current !== undefined && !isMutable(repository, tag)
  if (unchanged && !(immutable && push.identical === 'ImageTagAlreadyExistsException')) {
    const named = tag === undefined ? '' : ` and tag '${tag}'`
    throw new EcrError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}'${named} already exists in the repository with name '${repository.name}' in registry with id '${repository.account}'`,
    )
  }
  if (immutable) throw new EcrError('ImageTagAlreadyExistsException', immutableTagMessage(repository, tag))
}

function setTag(repository: Repository, tag: string, digest: string): void {
  if (repository.tags.get(tag) !== digest && tagsOf(repository, digest).length >= tagsPerImage) {
    throw new EcrError(
      'LimitExceededException',
      `The image with digest '${digest}' in the repository with name '${repository.name}' has reached the limit of ${tagsPerImage} tags`,
    )
  }
  repository.tags.set(tag, digest)
}

function newImage(
  repository: Repository,
  digest: string,
  bytes: Buffer,
  parsed: ParsedManifest,
): StoredImage {
  const layers = parsed.blobs.reduce(
    (sum, blob) => sum + (repository.layers.get(blob.digest)?.length ?? 0),
    0,
  )
  return {
    digest,
    bytes,
    mediaType: parsed.mediaType,
    pushedAt: Date.now(),
    sizeInBytes: layers + bytes.length,
    ...(parsed.artifactType === undefined ? {} : { artifactType: parsed.artifactType }),
    ...(parsed.subject === undefined ? {} : { subject: parsed.subject }),
    ...(parsed.annotations === undefined ? {} : { annotations: parsed.annotations }),
  }
}
