import type { Identity } from '../iam/identities.ts'
import type { Failure, ImageId, Resolved } from './image-ids.ts'
import { failure, resolveImage } from './image-ids.ts'
import { imageIdsSchema, readInput, targetSchema } from './input.ts'
import { isIndex } from './manifests.ts'
import type { EcrState, Repository } from './state.ts'
import { findRepository, tagsOf } from './state.ts'

const deleteSchema = targetSchema.extend({ imageIds: imageIdsSchema })

/** BatchDeleteImage: a tag goes alone, or with its image if it is the last; a digest goes with all its tags. */
export function batchDeleteImage(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(deleteSchema, input)
  const repository = findRepository(state, identity, request, 'BatchDeleteImage')
  const imageIds: object[] = []
  const failures: Failure[] = []
  for (const imageId of request.imageIds) {
    const removed = removeImage(repository, imageId)
    if ('failureCode' in removed) failures.push(removed)
    else imageIds.push(...removed)
  }
  return { imageIds, failures }
}

/** Removes what an id names, and answers the ids that are gone, or says why there is nothing to remove. */
export function removeImage(repository: Repository, imageId: ImageId): object[] | Failure {
  const resolved = resolveImage(repository, imageId)
  if ('failureCode' in resolved) return resolved
  if (resolved.tag === undefined && isReferenced(repository, resolved.image.digest)) {
    return failure(imageId, 'ImageReferencedByManifestList', 'Requested image referenced by manifest list')
  }
  return remove(repository, resolved)
}

function remove(repository: Repository, { image, tag }: Resolved): object[] {
  const tags = tag === undefined ? tagsOf(repository, image.digest) : [tag]
  for (const name of tags) repository.tags.delete(name)
  if (tagsOf(repository, image.digest).length === 0 && !isReferenced(repository, image.digest)) {
    repository.images.delete(image.digest)
  }
  const removed = tags.map(imageTag => ({ imageDigest: image.digest, imageTag }))
  return removed.length > 0 ? removed : [{ imageDigest: image.digest }]
}

function isReferenced(repository: Repository, digest: string): boolean {
  return [...repository.images.values()].some(
    other => isIndex(other.mediaType) && other.digest !== digest && other.bytes.includes(digest),
  )
}
