import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { children, childText, parseXml, xmlDocument } from '../protocol/xml.ts'
import { xml } from './buckets.ts'
import { s3Error } from './errors.ts'
import { checkTags } from './metadata.ts'
import type { ObjectVersion, S3Call } from './state.ts'
import { findVersion, openBucket, versionHeader } from './state.ts'

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
  const document = parseXml(call.request.body.toString('utf8'))?.Tagging
  const [tagSet] = children(document, 'TagSet')
  if (document === undefined) throw s3Error('MalformedXML', 400, 'The XML you provided was not well-formed')
  version.tags = checkTags(
    children(tagSet, 'Tag').map(tag => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']),
  )
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
