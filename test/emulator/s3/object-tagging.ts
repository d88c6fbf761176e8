import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { xml } from './buckets.ts'
import type { ObjectVersion, S3Call } from './state.ts'
import { findVersion, openBucket, versionHeader } from './state.ts'
import { objectTagsSchema } from './tags.ts'
import { element, readDocument } from './xml-input.ts'

const taggingSchema = element({ TagSet: element({ Tag: objectTagsSchema }) })

/** GetObjectTagging. */
export function getObjectTagging(call: S3Call): Answer {
  const { version, headers } = open(call)
  const Tag = version.tags.map(([Key, Value]) => ({ Key, Value }))
  const result = xml(xmlDocument('Tagging', { TagSet: { Tag } }))
  return { ...result, headers: { ...result.headers, ...headers } }
}

/** PutObjectTagging. */
export function putObjectTagging(call: S3Call): Answer {
  const { version, headers } = open(call)
  const { TagSet } = readDocument('Tagging', taggingSchema, call.request.body.toString('utf8'))
  version.tags = TagSet.Tag.map(({ Key, Value }) => [Key, Value])
  return answer(200, headers)
}

/** DeleteObjectTagging. */
export function deleteObjectTagging(call: S3Call): Answer {
  const { version, headers } = open(call)
  version.tags = []
  return answer(204, headers)
}

function open(call: S3Call): { version: ObjectVersion; headers: Record<string, string> } {
  const bucket = openBucket(call)
  const version = findVersion(call, bucket, call.request.query.get('versionId') ?? undefined)
  return { version, headers: versionHeader(bucket, version) }
}
