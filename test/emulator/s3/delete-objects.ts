import { z } from 'zod'
import type { Answer } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { readBody } from './body.ts'
import { xml } from './buckets.ts'
import { s3Error } from './errors.ts'
import { removeObject } from './put-object.ts'
import type { Bucket, S3Call } from './state.ts'
import { openBucket } from './state.ts'
import { element, flag, many, readDocument } from './xml-input.ts'

const objectSchema = element({
  Key: z.string().min(1),
  VersionId: z.string().exactOptional(),
  ETag: z.string().exactOptional(),
  LastModifiedTime: z.string().exactOptional(),
  Size: z.string().exactOptional(),
})
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
  const deleted = objects.map(object => remove(bucket, object))
  return xml(xmlDocument('DeleteResult', { Deleted: Quiet ? [] : deleted }))
}

function remove(
  bucket: Bucket,
  { Key: key, VersionId: versionId }: z.output<typeof objectSchema>,
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
