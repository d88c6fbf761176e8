import type { z } from 'zod'
import { EcrError } from './errors.ts'
import type { imageIdSchema } from './input.ts'
import type { Repository, StoredImage } from './state.ts'

/** A tag, a digest, or both, as a request names an image. */
export type ImageId = z.output<typeof imageIdSchema>

/** Why one id of a batch has no image. */
export type Failure = { imageId: ImageId; failureCode: string; failureReason: string }

/** The image that an id names, and by which tag. */
export type Resolved = { image: StoredImage; tag?: string }

/** Finds what an id names, or says why there is nothing. */
export function resolveImage(repository: Repository, imageId: ImageId): Resolved | Failure {
  const { imageTag, imageDigest } = imageId
  if (!imageTag && !imageDigest)
    return failure(
      imageId,
      'MissingDigestAndTag',
      'Invalid request parameters: both tag and digest cannot be null',
    )
  if (imageDigest && !/^[a-z0-9]+:[0-9a-f]{64}$/i.test(imageDigest)) {
    return failure(
      imageId,
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    )
  }
  const digest = imageTag ? repository.tags.get(imageTag) : imageDigest
  const image = digest ? repository.images.get(digest) : undefined
  if (!image) return failure(imageId, 'ImageNotFound', 'Requested image not found')
  if (imageDigest && imageDigest !== digest) {
    return failure(imageId, 'ImageTagDoesNotMatchDigest', 'Requested tag does not match the digest')
  }
  return imageTag ? { image, tag: imageTag } : { image }
}

/** The image that an id names, or `ImageNotFoundException`. */
export function existingImage(repository: Repository, imageId: ImageId): StoredImage {
  const resolved = resolveImage(repository, imageId)
  if (!('failureCode' in resolved)) return resolved.image
  throw new EcrError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageId.imageDigest ?? 'null'}', imageTag:'${imageId.imageTag ?? 'null'}'} does not exist within the repository with name '${repository.name}' in the registry with id '${repository.account}'`,
  )
}

/** One entry of `failures`. */
export function failure(imageId: ImageId, failureCode: string, failureReason: string): Failure {
  return { imageId, failureCode, failureReason }
}
