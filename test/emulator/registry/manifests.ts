import { z } from 'zod'
import { removeImage } from '../ecr/delete-images.ts'
import { describeReferrer, referrersOf } from '../ecr/referrers.ts'
import type { Repository, StoredImage } from '../ecr/state.ts'
import { checkTag, immutableTagMessage, isMutable, storeImage } from '../ecr/store-image.ts'
import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import { headers, registryError } from './errors.ts'

const limitSchema = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/)
  .transform(Number)

/** GET and HEAD of a manifest, by tag or digest. */
export function getManifest(repository: Repository, reference: string): Answer {
  const digest = reference.includes(':') ? reference : repository.tags.get(reference)
  const image = digest === undefined ? undefined : repository.images.get(digest)
  if (!image) throw registryError('MANIFEST_UNKNOWN', 404, 'Requested image not found')
  const length = String(image.bytes.length)
  return answer(200, { ...manifestHeaders(image), 'content-length': length }, image.bytes)
}

/** PUT of a manifest, by tag or digest. */
export function putManifest(repository: Repository, reference: string, request: HttpRequest): Answer {
  const byDigest = reference.includes(':')
  const tag = byDigest ? undefined : reference
  if (tag !== undefined) refuseTag(repository, tag)
  const image = store(repository, request, { tag, digest: byDigest ? reference : undefined })
  const subject = image.subject === undefined ? {} : { 'oci-subject': image.subject }
  const location = `/v2/${repository.name}/manifests/${image.digest}`
  return answer(201, { ...headers, location, 'docker-content-digest': image.digest, ...subject })
}

/** DELETE of a manifest: a tag goes alone, or with its image if it is the last; a digest goes with all its tags. */
export function deleteManifest(repository: Repository, reference: string): Answer {
  const imageId = reference.includes(':') ? { imageDigest: reference } : { imageTag: reference }
  const removed = removeImage(repository, imageId)
  if (!('failureCode' in removed)) return answer(202, headers)
  if (removed.failureCode === 'ImageNotFound')
    throw registryError('MANIFEST_UNKNOWN', 404, 'Requested image not found')
  if (removed.failureCode === 'InvalidImageDigest')
    throw registryError('DIGEST_INVALID', 400, removed.failureReason)
  throw registryError('DENIED', 403, removed.failureReason)
}

/** The tags of a repository, sorted; `n` and `last` page through them. */
export function listTags(repository: Repository, request: HttpRequest): Answer {
  const last = request.query.get('last') ?? ''
  const limit = limitSchema.safeParse(request.query.get('n') ?? '1000').data
  if (limit === undefined)
    throw registryError('PAGINATION_NUMBER_INVALID', 400, 'n must be a positive integer')
  const rest = [...repository.tags.keys()].sort().filter(tag => tag > last)
  const page = rest.slice(0, limit)
  const next = `</v2/${repository.name}/tags/list?n=${limit}&last=${page.at(-1)}>; rel="next"`
  const link = rest.length > page.length ? { link: next } : {}
  return json({ name: repository.name, tags: page }, { 'content-type': 'application/json', ...link })
}

/** The referrers of a digest as an index; none is an empty one. */
export function listReferrers(repository: Repository, digest: string, request: HttpRequest): Answer {
  const type = request.query.get('artifactType')
  const manifests = referrersOf(repository, digest)
    .filter(image => type === null || image.artifactType === type)
    .map(describeReferrer)
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const filtered = type === null ? {} : { 'oci-filters-applied': 'artifactType' }
  return json({ schemaVersion: 2, mediaType, manifests }, { 'content-type': mediaType, ...filtered })
}

function refuseTag(repository: Repository, tag: string): void {
  checkTag(tag)
  // Over this API ECR refuses an immutable tag even for the same digest (containers-roadmap#2179, #2380).
  if (repository.tags.has(tag) && !isMutable(repository, tag)) {
    throw registryError('TAG_INVALID', 400, immutableTagMessage(repository, tag))
  }
}

function store(
  repository: Repository,
  request: HttpRequest,
  name: { tag?: string | undefined; digest?: string | undefined },
): StoredImage {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim()
  try {
    return storeImage(repository, {
      bytes: request.body,
      mediaType,
      identical: 'ImageAlreadyExistsException',
      ...name,
    })
  } catch (cause) {
    // A push that changes nothing is a success here, unlike in the JSON API.
    const image =
      cause instanceof AwsError && cause.code === 'ImageAlreadyExistsException'
        ? same(repository, request)
        : undefined
    if (image) return image
    throw cause
  }
}

function same(repository: Repository, request: HttpRequest): StoredImage | undefined {
  return [...repository.images.values()].find(image => image.bytes.equals(request.body))
}

function manifestHeaders(image: StoredImage): Record<string, string> {
  return {
    ...headers,
    'content-type': image.mediaType,
    'docker-content-digest': image.digest,
    etag: `"${image.digest}"`,
  }
}

function json(value: object, extra: Record<string, string>): Answer {
  return answer(200, { ...headers, ...extra }, JSON.stringify(value))
}
