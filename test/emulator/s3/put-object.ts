import { createHash } from 'node:crypto'
import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { readBody } from './body.ts'
import { checksumHeaders, computeChecksum } from './checksums.ts'
import { checkWriteConditions, matches } from './conditions.ts'
import { preconditionFailed } from './errors.ts'
import { objectHeaders, readTagging, writeHeaders } from './metadata.ts'
import { refuseLocked, retentionOf } from './object-lock.ts'
import type { Bucket, ObjectVersion, S3Call } from './state.ts'
import { addVersion, openBucket, versionHeader } from './state.ts'

/** PutObject. */
export function putObject(call: S3Call): Answer {
  const bucket = openBucket(call)
  const body = readBody(call.request)
  const { bytes, checksum } = body
  const lock = retentionOf(call, bucket, body)
  checkWriteConditions(call.request, bucket, call.key)
  const version = addVersion(bucket, {
    key: call.key,
    deleteMarker: false,
    body: bytes,
    size: bytes.length,
    etag: etagOf(bytes),
    lastModified: new Date(),
    headers: objectHeaders(call.request),
    tags: readTagging(call.request),
    ...lock,
    // What comes without a checksum is given this one by S3.
    checksum: checksum ?? {
      algorithm: 'CRC64NVME',
      value: computeChecksum('CRC64NVME', bytes),
      type: 'FULL_OBJECT',
    },
  })
  return answer(200, {
    etag: version.etag,
    ...(version.checksum ? checksumHeaders(version.checksum) : {}),
    ...writeHeaders(version.headers),
    ...versionHeader(bucket, version),
  })
}

/** DeleteObject: a marker in a bucket with versions, unless the request names a version. */
export function deleteObject(call: S3Call): Answer {
  const versionId = call.request.query.get('versionId') ?? undefined
  const bucket = openBucket(versionId === undefined ? call : { ...call, action: 's3:DeleteObjectVersion' })
  const ifMatch = call.request.headers['if-match']
  const [current] = bucket.objects.get(call.key) ?? []
  if (ifMatch !== undefined && current && !matches(ifMatch, current)) throw preconditionFailed('If-Match')
  refuseLocked(call, bucket, namedVersion(bucket, call.key, versionId))
  const removed = removeObject(bucket, call.key, versionId)
  const marker = removed?.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}
  return answer(204, { ...marker, ...(removed ? versionHeader(bucket, removed) : {}) })
}

/** The version that a deletion would take away: a delete marker takes none. */
export function namedVersion(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion | undefined {
  return bucket.objects.get(key)?.find(version => version.versionId === versionId)
}

/** Removes one version, or what is current; returns the version removed or the marker made. */
export function removeObject(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion | undefined {
  const versions = bucket.objects.get(key) ?? []
  if (versionId === undefined && bucket.versioning !== undefined) return addVersion(bucket, deleteMarker(key))
  const removed =
    versionId === undefined ? versions[0] : versions.find(version => version.versionId === versionId)
  const rest = versions.filter(version => version !== removed)
  if (rest.length > 0) bucket.objects.set(key, rest)
  else bucket.objects.delete(key)
  return removed
}

/** The entity tag of a single-part object. */
export function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`
}

function deleteMarker(key: string): Omit<ObjectVersion, 'versionId'> {
  return {
    key,
    deleteMarker: true,
    body: Buffer.alloc(0),
    size: 0,
    etag: '',
    lastModified: new Date(),
    headers: {},
    tags: [],
  }
}
