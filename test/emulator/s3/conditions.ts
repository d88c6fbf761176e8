import type { HttpRequest } from '../protocol/protocol.ts'
import { noSuchKey, preconditionFailed, s3Error } from './errors.ts'
import type { Bucket, ObjectVersion } from './state.ts'

/** Checks `If-None-Match: *` and `If-Match` of a write against the key's current version. */
export function checkWriteConditions(request: HttpRequest, bucket: Bucket, key: string): void {
  const [newest] = bucket.objects.get(key) ?? []
  const current = newest && !newest.deleteMarker ? newest : undefined
  const ifNoneMatch = request.headers['if-none-match']
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplemented('If-None-Match')
    if (current) throw preconditionFailed('If-None-Match')
  }
  const ifMatch = request.headers['if-match']
  if (ifMatch === undefined) return
  if (!current) throw noSuchKey(key)
  if (ifMatch !== '*' && !matches(ifMatch, current)) throw preconditionFailed('If-Match')
}

/** Checks the conditions of a read: 412, or 304 for what the client has already. */
export function checkReadConditions(request: HttpRequest, version: ObjectVersion): void {
  const { headers } = request
  const ifMatch = headers['if-match']
  if (ifMatch !== undefined && !matches(ifMatch, version)) throw preconditionFailed('If-Match')
  if (ifMatch === undefined && isAfter(version, headers['if-unmodified-since']) === true)
    throw preconditionFailed('If-Unmodified-Since')
  const ifNoneMatch = headers['if-none-match']
  const unmodified = isAfter(version, headers['if-modified-since']) === false
  if (ifNoneMatch === undefined ? unmodified : matches(ifNoneMatch, version)) {
    throw s3Error('NotModified', 304, 'Not Modified', {}, { etag: version.etag })
  }
}

/** Checks the conditions that a copy puts on its source. */
export function checkSourceConditions(request: HttpRequest, version: ObjectVersion): void {
  const { headers } = request
  const ifMatch = headers['x-amz-copy-source-if-match']
  if (ifMatch !== undefined && !matches(ifMatch, version))
    throw preconditionFailed('x-amz-copy-source-If-Match')
  const ifNoneMatch = headers['x-amz-copy-source-if-none-match']
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, version))
    throw preconditionFailed('x-amz-copy-source-If-None-Match')
  if (ifMatch === undefined && isAfter(version, headers['x-amz-copy-source-if-unmodified-since']) === true) {
    throw preconditionFailed('x-amz-copy-source-If-Unmodified-Since')
  }
  if (isAfter(version, headers['x-amz-copy-source-if-modified-since']) === false)
    throw preconditionFailed('x-amz-copy-source-If-Modified-Since')
}

/** Whether a list of entity tags names this version; quotes may be missing. */
export function matches(list: string, version: ObjectVersion): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '').replaceAll('"', '')
  return list.split(',').some(tag => tag.trim() === '*' || bare(tag) === bare(version.etag))
}

/** Whether a version is younger than a date; undefined without a date, and for a text that is not one (RFC 9110, 13.1). */
function isAfter(version: ObjectVersion, date: string | undefined): boolean | undefined {
  const at = Date.parse(date ?? '')
  if (Number.isNaN(at)) return undefined
  // HTTP dates know no milliseconds.
  return Math.floor(version.lastModified.getTime() / 1000) > Math.floor(at / 1000)
}

function notImplemented(header: string): Error {
  const message = 'A header you provided implies functionality that is not implemented'
  return s3Error('NotImplemented', 501, message, { Header: header })
}
