import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { checksumFields, checksumHeaders } from './checksums.ts'
import { checkReadConditions } from './conditions.ts'
import { s3Error } from './errors.ts'
import { lockHeaders } from './object-lock.ts'
import type { Bucket, ObjectVersion, S3Call } from './state.ts'
import { findVersion, isAuthorized, openBucket, requireNoMarker, versionHeader } from './state.ts'

/** GetObject, with ranges and conditions. */
export function getObject(call: S3Call): Answer {
  const bucket = openBucket(call)
  const version = readable(call, bucket)
  checkReadConditions(call.request, version)
  const range = readRange(call.request.headers.range, version.size)
  if (!range)
    return answer(200, { ...describe(call, bucket, version), ...checksum(call, version) }, version.body)
  const headers = {
    ...describe(call, bucket, version),
    'content-range': `bytes ${range.first}-${range.last}/${version.size}`,
  }
  return answer(206, headers, version.body.subarray(range.first, range.last + 1))
}

/** HeadObject. */
export function headObject(call: S3Call): Answer {
  const bucket = openBucket(call)
  const version = readable(call, bucket)
  checkReadConditions(call.request, version)
  const length = { 'content-length': String(version.size) }
  return answer(200, { ...describe(call, bucket, version), ...checksum(call, version), ...length })
}

/** GetObjectAttributes. */
export function getObjectAttributes(call: S3Call): Answer {
  const bucket = openBucket(call)
  const version = readable(call, bucket)
  const wanted = new Set(
    (call.request.headers['x-amz-object-attributes'] ?? '').split(',').map(name => name.trim()),
  )
  const body = xmlDocument('GetObjectAttributesResponse', {
    ETag: wanted.has('ETag') ? version.etag.replaceAll('"', '') : undefined,
    Checksum: wanted.has('Checksum') && version.checksum ? checksumFields(version.checksum) : undefined,
    ObjectParts:
      wanted.has('ObjectParts') && version.parts
        ? {
            PartsCount: version.parts.length,
            Part: version.parts.map(part => ({
              PartNumber: part.number,
              Size: part.size,
              ...(part.checksum ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value } : {}),
            })),
          }
        : undefined,
    StorageClass: wanted.has('StorageClass') ? storageClassOf(version) : undefined,
    ObjectSize: wanted.has('ObjectSize') ? version.size : undefined,
  })
  const headers = { 'content-type': 'application/xml', 'last-modified': version.lastModified.toUTCString() }
  return answer(200, { ...headers, ...versionHeader(bucket, version) }, body)
}

/** The storage class as lists print it. */
export function storageClassOf(version: ObjectVersion): string {
  return version.headers['x-amz-storage-class'] ?? 'STANDARD'
}

function readable(call: S3Call, bucket: Bucket): ObjectVersion {
  const version = findVersion(call, bucket, call.request.query.get('versionId') ?? undefined)
  requireNoMarker(call, version)
  return version
}

function describe(call: S3Call, bucket: Bucket, version: ObjectVersion): Record<string, string> {
  const overrides: Record<string, string> = {}
  for (const [name, value] of call.request.query) {
    if (name.startsWith('response-')) overrides[name.slice('response-'.length)] = value
  }
  return {
    'accept-ranges': 'bytes',
    etag: version.etag,
    'last-modified': version.lastModified.toUTCString(),
    ...version.headers,
    ...overrides,
    ...(version.tags.length > 0 ? { 'x-amz-tagging-count': String(version.tags.length) } : {}),
    ...versionHeader(bucket, version),
    ...(isAuthorized(call, bucket, 's3:GetObjectRetention', call.key) ? lockHeaders(version) : {}),
  }
}

function checksum(call: S3Call, version: ObjectVersion): Record<string, string> {
  const wanted = call.request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED'
  return wanted && version.checksum ? checksumHeaders(version.checksum) : {}
}

function readRange(header: string | undefined, size: number): { first: number; last: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const first = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const last = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  if (first < size && first <= last) return { first, last }
  const fields = { RangeRequested: header ?? '', ActualObjectSize: String(size) }
  throw s3Error('InvalidRange', 416, 'The requested range is not satisfiable', fields, {
    'content-range': `bytes */${size}`,
  })
}
