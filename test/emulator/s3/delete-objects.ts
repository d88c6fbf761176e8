import { z } from 'zod'
import type { Answer } from '../protocol/protocol.ts'
import { AwsError } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { readBody } from './body.ts'
import { xml } from './buckets.ts'
import { s3Error } from './errors.ts'
import { refuseLocked } from './object-lock.ts'
import { namedVersion, removeObject } from './put-object.ts'
import { checkKey } from './request-input.ts'
import type { Bucket, S3Call } from './state.ts'
import { authorize, openBucket } from './state.ts'
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
  const outcomes = objects.map(object => removeOrRefuse(call, bucket, object))
  const isFailure = (outcome: Outcome) => 'Code' in outcome
  const deleted = Quiet ? [] : outcomes.filter(outcome => !isFailure(outcome))
  return xml(xmlDocument('DeleteResult', { Deleted: deleted, Error: outcomes.filter(isFailure) }))
}

/** What became of one key; a failure has a `Code`. */
type Outcome = Record<string, string | boolean | undefined>

/** One key that is refused does not keep the others from being deleted. */
function removeOrRefuse(call: S3Call, bucket: Bucket, object: Named): Outcome {
  const { Key, VersionId } = object
  try {
    checkKey(Key)
    authorize(call, bucket, VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', Key)
    refuseLocked(call, bucket, namedVersion(bucket, Key, VersionId))
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    return { Key, VersionId, Code: cause.code, Message: cause.message }
  }
  return remove(bucket, object)
}

function remove(bucket: Bucket, { Key: key, VersionId: versionId }: Named): Outcome {
  const removed = removeObject(bucket, key, versionId)
  const marker = removed?.deleteMarker === true
  return {
    Key: key,
    VersionId: versionId,
    DeleteMarker: marker ? true : undefined,
    DeleteMarkerVersionId: marker ? removed.versionId : undefined,
  }
}
