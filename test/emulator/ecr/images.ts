import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import type { Failure } from './image-ids.ts'
import { existingImage, resolveImage } from './image-ids.ts'
import { imageIdsSchema, pageSchema, paginate, readInput, targetSchema } from './input.ts'
import { defaultChild, isIndex } from './manifests.ts'
import { address } from './repositories.ts'
import type { EcrState, Repository, StoredImage } from './state.ts'
import { findRepository, tagsOf } from './state.ts'
import { storeImage } from './store-image.ts'

const filter = z.object({ tagStatus: z.enum(['TAGGED', 'UNTAGGED', 'ANY']).exactOptional() }).exactOptional()
const putSchema = targetSchema.extend({
  imageManifest: z.string().min(1).max(4_194_304),
  imageManifestMediaType: z.string().exactOptional(),
  imageTag: z.string().min(1).max(300).exactOptional(),
  imageDigest: z.string().exactOptional(),
})
const getSchema = targetSchema.extend({
  imageIds: imageIdsSchema,
  acceptedMediaTypes: z.array(z.string()).min(1).max(100).exactOptional(),
})
const listSchema = targetSchema.extend({ ...pageSchema.shape, filter })
const describeSchema = listSchema.extend({ imageIds: imageIdsSchema.exactOptional() })

/** PutImage. */
export function putImage(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(putSchema, input)
  const repository = findRepository(state, identity, request, 'PutImage')
  const tag = request.imageTag
  const image = storeImage(repository, {
    bytes: Buffer.from(request.imageManifest, 'utf8'),
    mediaType: request.imageManifestMediaType,
    tag,
    digest: request.imageDigest,
    identical: state.identicalPut,
  })
  return { image: describeManifest(repository, image, tag) }
}

/** BatchGetImage: one image or one failure for every id. */
export function batchGetImage(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(getSchema, input)
  const repository = findRepository(state, identity, request, 'BatchGetImage')
  const images: object[] = []
  const failures: Failure[] = []
  for (const imageId of request.imageIds) {
    const resolved = resolveImage(repository, imageId)
    if ('failureCode' in resolved) failures.push(resolved)
    else
      images.push(
        describeManifest(
          repository,
          accepted(repository, resolved.image, request.acceptedMediaTypes),
          resolved.tag,
        ),
      )
  }
  return { images, failures }
}

/** DescribeImages. */
export function describeImages(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(describeSchema, input)
  const repository = findRepository(state, identity, request, 'DescribeImages')
  if (request.imageIds) {
    const digests = new Set(request.imageIds.map(imageId => existingImage(repository, imageId).digest))
    return {
      imageDetails: [...digests].map(digest =>
        detail(repository, repository.images.get(digest) as StoredImage),
      ),
    }
  }
  const wanted = [...repository.images.values()].filter(image =>
    hasTagStatus(tagsOf(repository, image.digest).length > 0, request.filter?.tagStatus),
  )
  const { page, ...next } = paginate(wanted, request)
  return { imageDetails: page.map(image => detail(repository, image)), ...next }
}

/** ListImages: one entry for every tag, and one for every image without any. */
export function listImages(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(listSchema, input)
  const repository = findRepository(state, identity, request, 'ListImages')
  const tagged = [...repository.tags].map(([imageTag, imageDigest]) => ({ imageDigest, imageTag }))
  const untagged = [...repository.images.keys()]
    .filter(digest => tagsOf(repository, digest).length === 0)
    .map(imageDigest => ({ imageDigest }))
  const ids = [...tagged, ...untagged].filter(id => hasTagStatus('imageTag' in id, request.filter?.tagStatus))
  const { page, ...next } = paginate(ids, request)
  return { imageIds: page, ...next }
}

function accepted(repository: Repository, image: StoredImage, mediaTypes: string[] | undefined): StoredImage {
  if (!isIndex(image.mediaType) || mediaTypes?.includes(image.mediaType)) return image
  const child = defaultChild(image.bytes, image.mediaType)
  return (child === undefined ? undefined : repository.images.get(child)) ?? image
}

function describeManifest(repository: Repository, image: StoredImage, tag: string | undefined): object {
  return {
    ...address(repository),
    imageId: { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) },
    imageManifest: image.bytes.toString('utf8'),
    imageManifestMediaType: image.mediaType,
  }
}

function detail(repository: Repository, image: StoredImage): object {
  const tags = tagsOf(repository, image.digest)
  return {
    ...address(repository),
    imageDigest: image.digest,
    ...(tags.length > 0 ? { imageTags: tags } : {}),
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: image.pushedAt / 1000,
    imageManifestMediaType: image.mediaType,
    imageStatus: 'ACTIVE',
    ...(image.artifactType === undefined ? {} : { artifactMediaType: image.artifactType }),
    ...(image.subject === undefined ? {} : { subjectManifestDigest: image.subject }),
  }
}

function hasTagStatus(tagged: boolean, status: string | undefined): boolean {
  if (status === 'TAGGED') return tagged
  return status === 'UNTAGGED' ? !tagged : true
}
