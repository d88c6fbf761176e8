import type { Answer } from '../protocol/protocol.ts'
import { children, childText, parseXml, xmlDocument } from '../protocol/xml.ts'
import { readBody } from './body.ts'
import { xml } from './buckets.ts'
import { s3Error } from './errors.ts'
import { removeObject } from './put-object.ts'
import type { Bucket, S3Call } from './state.ts'
import { openBucket } from './state.ts'

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
  const request = parseXml(bytes.toString('utf8'))?.Delete
  const objects = children(request, 'Object')
  if (objects.length === 0 || objects.length > 1000) {
    throw s3Error(
      'MalformedXML',
      400,
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  }
  const deleted = objects.map(object => remove(bucket, object))
  return xml(xmlDocument('DeleteResult', { Deleted: childText(request, 'Quiet') === 'true' ? [] : deleted }))
}

function remove(bucket: Bucket, object: unknown): Record<string, string | boolean | undefined> {
  const key = childText(object, 'Key') ?? ''
  const versionId = childText(object, 'VersionId')
  const removed = removeObject(bucket, key, versionId)
  const marker = removed?.deleteMarker === true
  return {
    Key: key,
    VersionId: versionId,
    DeleteMarker: marker ? true : undefined,
    DeleteMarkerVersionId: marker ? removed.versionId : undefined,
  }
}
