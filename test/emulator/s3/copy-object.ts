import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import type { Algorithm, Checksum } from './checksums.ts'
import { checksumFields, computeChecksum } from './checksums.ts'
import { checkSourceConditions, checkWriteConditions } from './conditions.ts'
import { s3Error } from './errors.ts'
import { encryptionHeaders, objectHeaders, readTagging, writeHeaders } from './metadata.ts'
import { retentionOf } from './object-lock.ts'
import { etagOf } from './put-object.ts'
import { checkKey } from './request-input.ts'
import type { Bucket, ObjectVersion, S3Call } from './state.ts'
import {
  addVersion,
  authorize,
  checkOwner,
  findBucket,
  findVersion,
  openBucket,
  versionHeader,
} from './state.ts'

/** The largest object that one CopyObject takes: 5 GiB. */
const maxCopyBytes = 5 * 1024 ** 3

/** Where a copy comes from. */
export type Source = { bucket: Bucket; version: ObjectVersion }

/** CopyObject: the bytes never leave the server; a multipart source becomes single-part. */
export function copyObject(call: S3Call): Answer {
  const { request } = call
  const bucket = openBucket(call)
  const source = openSource(call)
  checkSourceConditions(request, source.version)
  checkWriteConditions(request, bucket, call.key)
  refuseCopyToItself(call, source)
  const { version } = source
  if (version.size > maxCopyBytes) {
    const message = `The specified copy source is larger than the maximum allowable size for a copy source: ${maxCopyBytes}`
    throw s3Error('InvalidRequest', 400, message)
  }
  const lock = retentionOf(call, bucket)
  const copied = addVersion(bucket, {
    key: call.key,
    deleteMarker: false,
    body: version.body,
    size: version.size,
    etag: etagOf(version.body),
    lastModified: new Date(),
    headers: headersOf(request, version),
    tags: request.headers['x-amz-tagging-directive'] === 'REPLACE' ? readTagging(request) : version.tags,
    checksum: checksumOf(request, version),
    ...lock,
  })
  const body = xmlDocument('CopyObjectResult', {
    LastModified: copied.lastModified.toISOString(),
    ETag: copied.etag,
    ...(copied.checksum ? checksumFields(copied.checksum) : {}),
  })
  const headers = {
    ...writeHeaders(copied.headers),
    ...versionHeader(bucket, copied),
    ...sourceVersion(source),
  }
  return answer(200, { 'content-type': 'application/xml', ...headers }, body)
}

/** Finds the source that `x-amz-copy-source` names and checks owner and rights. */
export function openSource(call: S3Call): Source {
  const header = call.request.headers['x-amz-copy-source'] ?? ''
  const [path = '', query = ''] = header.split('?')
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(path))
  if (!match)
    throw s3Error(
      'InvalidArgument',
      400,
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    )
  const [, name = '', key = ''] = match
  checkKey(key)
  const bucket = findBucket(call.state, name)
  checkOwner(call.request.headers['x-amz-source-expected-bucket-owner'], bucket)
  const versionId = new URLSearchParams(query).get('versionId') ?? undefined
  authorize(call, bucket, versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', key)
  const version = findVersion(call, bucket, versionId, key)
  if (!version.deleteMarker) return { bucket, version }
  const message = 'The source of a copy request may not specifically refer to a delete marker by version id.'
  throw s3Error('InvalidRequest', 400, message)
}

/** `x-amz-copy-source-version-id`, when the source has versions. */
export function sourceVersion({ bucket, version }: Source): Record<string, string> {
  return bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': version.versionId }
}

function decodeSource(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw s3Error('InvalidArgument', 400, 'Invalid copy source encoding')
  }
}

function refuseCopyToItself(call: S3Call, { bucket, version }: Source): void {
  const { headers } = call.request
  const same = bucket.name === call.bucket && version.key === call.key
  const current = bucket.objects.get(call.key)?.[0] === version
  const changes =
    headers['x-amz-metadata-directive'] === 'REPLACE' ||
    headers['x-amz-storage-class'] !== undefined ||
    headers['x-amz-server-side-encryption'] !== undefined
  if (!same || !current || changes) return
  const message =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
  throw s3Error('InvalidRequest', 400, message)
}

function headersOf(request: HttpRequest, version: ObjectVersion): Record<string, string> {
  if (request.headers['x-amz-metadata-directive'] === 'REPLACE') return objectHeaders(request)
  return { ...version.headers, ...encryptionHeaders(request) }
}

function checksumOf(request: HttpRequest, version: ObjectVersion): Checksum {
  const asked = request.headers['x-amz-checksum-algorithm'] as Algorithm | undefined
  const algorithm = asked ?? version.checksum?.algorithm ?? 'CRC64NVME'
  const kept = version.checksum?.type === 'FULL_OBJECT' && version.checksum.algorithm === algorithm
  const value = kept && version.checksum ? version.checksum.value : computeChecksum(algorithm, version.body)
  return { algorithm, value, type: 'FULL_OBJECT' }
}
