import { z } from 'zod'
import type { Answer } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { readBody } from './body.ts'
import { xml } from './buckets.ts'
import { s3Error } from './errors.ts'
import { removeObject } from './put-object.ts'
import type { Bucket, S3Call } from './state.ts'
import { isAuthorized, openBucket } from './state.ts'
import { element, flag, many, readDocument } from './xml-input.ts'

const objectSchema = element({
  Key: z.string().min(1),
  VersionId: z.string().exactOptional(),
  ETag: z.string().exactOptional(),
  LastModifiedTime: z.string().exactOptional(),
  Size: z.string().exactOptional(),
})
type Named = z.output<typeof objectSchema>
const deleteSchema = element({
  Object: many(objectSchema, { least: 1, most: 1000 }),
  Quiet: flag.exactOptional(),
})

/** DeleteObjects: up to 1,000 keys; a key that does not exist counts as deleted. */
export function deleteObjects(call: S3Call): Answer {
  const bucket = openBucket(call)
  const { bytes, checksum } = readBody(call.request)
  if (!checksum && call.request.headers['content-md5'] === undefined) {
    throw s3Error(
      'InvalidRequest',
      400,
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  }
  const { Object: objects, Quiet } = readDocument('Delete', deleteSchema, bytes.toString('utf8'))
  const isAllowed = ({ Key, VersionId }: Named) =>
    isAuthorized(call, bucket, VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', Key)
  const deleted = objects.filter(isAllowed).map(object => remove(bucket, object))
  const refused = objects
    .filter(object => !isAllowed(object))
    .map(({ Key, VersionId }) => ({ Key, VersionId, Code: 'AccessDenied', Message: 'Access Denied' }))
  return xml(xmlDocument('DeleteResult', { Deleted: Quiet ? [] : deleted, Error: refused }))
}

function remove(
  bucket: Bucket,
  { Key: key, VersionId: versionId }: Named,
): Record<string, string | boolean | undefined> {
  const removed = removeObject(bucket, key, versionId)
  const marker = removed?.deleteMarker === true
  return {
    Key: key,
    VersionId: versionId,
    DeleteMarker: marker ? true : undefined,
    DeleteMarkerVersionId: marker ? removed.versionId : undefined,
  }
}
