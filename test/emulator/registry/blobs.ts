import { beginUpload, findUpload, finishUpload } from '../ecr/layers.ts'
import type { Repository } from '../ecr/state.ts'
import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { headers, registryError } from './errors.ts'

/** GET and HEAD of a blob. */
export function getBlob(repository: Repository, digest: string): Answer {
  const bytes = repository.layers.get(digest)
  if (!bytes) throw registryError('BLOB_UNKNOWN', 404, 'blob unknown to registry')
  const length = String(bytes.length)
  const blob = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'content-length': length,
  }
  return answer(200, { ...headers, ...blob }, bytes)
}

/** DELETE of a blob: refused while an image has it, since ECR keeps no image without its layers. */
export function deleteBlob(repository: Repository, digest: string): Answer {
  if (!repository.layers.has(digest)) throw registryError('BLOB_UNKNOWN', 404, 'blob unknown to registry')
  if ([...repository.images.values()].some(image => image.bytes.includes(digest))) {
    throw registryError('DENIED', 403, `the blob ${digest} belongs to an image`)
  }
  repository.layers.delete(digest)
  return answer(202, { ...headers, 'docker-content-digest': digest })
}

/** DELETE of an upload: what came of it so far is thrown away. */
export function cancelUpload(repository: Repository, uploadId: string): Answer {
  findUpload(repository, uploadId)
  repository.uploads.delete(uploadId)
  return answer(204, headers)
}

/** POST: opens an upload; a mount request falls back to an upload, as in a registry with blob mounting off. */
export function startUpload(repository: Repository, request: HttpRequest): Answer {
  const uploadId = beginUpload(repository)
  const digest = request.query.get('digest')
  if (digest === null) return progress(repository, uploadId, 202)
  append(repository, uploadId, request)
  return complete(repository, uploadId, digest)
}

/** PATCH: the next chunk. */
export function uploadPart(repository: Repository, uploadId: string, request: HttpRequest): Answer {
  append(repository, uploadId, request)
  return progress(repository, uploadId, 202)
}

/** PUT: the last chunk, if any, and the digest of the whole. */
export function completeUpload(repository: Repository, uploadId: string, request: HttpRequest): Answer {
  const digest = request.query.get('digest')
  if (digest === null) throw registryError('DIGEST_INVALID', 400, 'the digest parameter is missing')
  append(repository, uploadId, request)
  return complete(repository, uploadId, digest)
}

/** GET: how far an upload has come. */
export function getUpload(repository: Repository, uploadId: string): Answer {
  return progress(repository, uploadId, 204)
}

function append(repository: Repository, uploadId: string, request: HttpRequest): void {
  const upload = findUpload(repository, uploadId)
  const start = /^(?:bytes[ =])?(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1]
  if (start !== undefined && Number(start) !== upload.received) {
    throw registryError('BLOB_UPLOAD_INVALID', 416, `the upload continues at byte ${upload.received}`)
  }
  upload.chunks.push(request.body)
  upload.received += request.body.length
}

function progress(repository: Repository, uploadId: string, status: number): Answer {
  const { received } = findUpload(repository, uploadId)
  return answer(status, {
    ...headers,
    location: `/v2/${repository.name}/blobs/uploads/${uploadId}`,
    'docker-upload-uuid': uploadId,
    range: `0-${Math.max(0, received - 1)}`,
  })
}

function complete(repository: Repository, uploadId: string, digest: string): Answer {
  finishUpload(repository, uploadId, digest)
  const location = `/v2/${repository.name}/blobs/${digest}`
  return answer(201, { ...headers, location, 'docker-content-digest': digest })
}
