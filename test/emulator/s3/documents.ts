import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { checkBucketPolicy } from './bucket-policy.ts'
import { defaultEncryption, xml } from './buckets.ts'
import { documentInputs } from './document-input.ts'
import { s3Error } from './errors.ts'
import type { S3Call } from './state.ts'
import { openBucket } from './state.ts'
import { readDocument } from './xml-input.ts'

/** A configuration of a bucket that is kept and returned as a document. */
export type DocumentKind = {
  subresource: string
  /** The operations' common name, as in `GetBucketLifecycleConfiguration`. */
  name: string
  missing: { code: string; status: number; message: string }
}

/** Every configuration that the emulator keeps; it acts on none of them but the policy. */
export const documentKinds: DocumentKind[] = [
  kind(
    'lifecycle',
    'BucketLifecycleConfiguration',
    'NoSuchLifecycleConfiguration',
    'The lifecycle configuration does not exist',
  ),
  kind(
    'publicAccessBlock',
    'PublicAccessBlock',
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
  ),
  kind(
    'encryption',
    'BucketEncryption',
    'ServerSideEncryptionConfigurationNotFoundError',
    'The server side encryption configuration was not found',
  ),
  kind('policy', 'BucketPolicy', 'NoSuchBucketPolicy', 'The bucket policy does not exist'),
  kind(
    'ownershipControls',
    'BucketOwnershipControls',
    'OwnershipControlsNotFoundError',
    'The bucket ownership controls were not found',
  ),
  kind('tagging', 'BucketTagging', 'NoSuchTagSet', 'The TagSet does not exist'),
  kind('cors', 'BucketCors', 'NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
  kind(
    'website',
    'BucketWebsite',
    'NoSuchWebsiteConfiguration',
    'The specified bucket does not have a website configuration',
  ),
  kind(
    'replication',
    'BucketReplication',
    'ReplicationConfigurationNotFoundError',
    'The replication configuration was not found',
  ),
]

/** The configuration of Object Lock, which cannot be deleted. */
export const lockConfiguration = kind(
  'object-lock',
  'ObjectLockConfiguration',
  'ObjectLockConfigurationNotFoundError',
  'Object Lock configuration does not exist for this bucket',
)

/** Returns the document as it was put. */
export function getDocument(call: S3Call, { subresource, missing }: DocumentKind): Answer {
  const document = openBucket(call).documents.get(subresource)
  if (document === undefined)
    throw s3Error(missing.code, missing.status, missing.message, { BucketName: call.bucket })
  if (subresource === 'policy') return answer(200, { 'content-type': 'application/json' }, document)
  return xml(document)
}

/** Keeps a document that is as S3 takes it. */
export function putDocument(call: S3Call, { subresource }: DocumentKind): Answer {
  const bucket = openBucket(call)
  const text = call.request.body.toString('utf8')
  const input = documentInputs[subresource]
  if (input) readDocument(input.root, input.schema, text)
  else checkBucketPolicy(text, bucket.name)
  const kept = subresource === 'encryption' ? keepBlocked(text, bucket.documents.get(subresource)) : text
  bucket.documents.set(subresource, kept)
  return answer(subresource === 'policy' || subresource === 'tagging' ? 204 : 200)
}

/** Removes a document; encryption falls back to what every bucket has. */
export function deleteDocument(call: S3Call, { subresource }: DocumentKind): Answer {
  const { documents } = openBucket(call)
  if (subresource === 'encryption') documents.set(subresource, defaultEncryption)
  else documents.delete(subresource)
  return answer(204)
}

const blockedTypes = /<BlockedEncryptionTypes>.*?<\/BlockedEncryptionTypes>/s

/** What a new configuration says nothing about stays blocked. */
function keepBlocked(text: string, before: string | undefined): string {
  if (blockedTypes.test(text)) return text
  return text.replace('</Rule>', `${blockedTypes.exec(before ?? defaultEncryption)?.[0] ?? ''}</Rule>`)
}

function kind(subresource: string, name: string, code: string, message: string): DocumentKind {
  return { subresource, name, missing: { code, status: 404, message } }
}
