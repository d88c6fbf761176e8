import { createHash } from 'node:crypto'
import type { Identity } from '../iam/identities.ts'
import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { createSchema, versioningSchema } from './document-input.ts'
import { accessDenied, s3Error } from './errors.ts'
import { emptyLock, refuseSuspension } from './object-lock.ts'
import type { S3Call } from './state.ts'
import { openBucket } from './state.ts'
import { readDocument } from './xml-input.ts'

const namePattern = /^(?!xn--|sthree-)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/

/** CreateBucket, private and encrypted as S3 makes them. */
export function createBucket(call: S3Call): Answer {
  const { state, identity, bucket: name, request } = call
  if (identity.account === '') throw accessDenied()
  if (!namePattern.test(name))
    throw s3Error('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: name })
  checkLocation(identity, locationOf(request.body))
  const existing = state.buckets.get(name)
  if (existing && existing.account !== identity.account) {
    const message =
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.'
    throw s3Error('BucketAlreadyExists', 409, message, { BucketName: name })
  }
  // In us-east-1 alone S3 accepts a repetition, for the sake of old clients.
  if (existing && (existing.region !== 'us-east-1' || identity.region !== 'us-east-1')) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.'
    throw s3Error('BucketAlreadyOwnedByYou', 409, message, { BucketName: name })
  }
  const isLocked = request.headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true'
  if (!existing) {
    state.buckets.set(name, {
      ...(isLocked ? { versioning: 'Enabled' } : {}),
      name,
      account: identity.account,
      region: identity.region,
      createdAt: new Date(),
      objects: new Map(),
      uploads: new Map(),
      documents: new Map([...defaultDocuments(), ...(isLocked ? [['object-lock', emptyLock] as const] : [])]),
    })
  }
  return answer(200, { location: `/${name}` })
}

/** DeleteBucket. */
export function deleteBucket(call: S3Call): Answer {
  const bucket = openBucket(call)
  if (bucket.objects.size > 0) {
    throw s3Error('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', {
      BucketName: bucket.name,
    })
  }
  call.state.buckets.delete(bucket.name)
  return answer(204)
}

/** HeadBucket. */
export function headBucket(call: S3Call): Answer {
  return answer(200, { 'x-amz-bucket-region': openBucket(call).region })
}

/** ListBuckets. */
export function listBuckets({ state, identity }: S3Call): Answer {
  if (identity.account === '') throw accessDenied()
  const own = [...state.buckets.values()].filter(bucket => bucket.account === identity.account)
  const body = xmlDocument('ListAllMyBucketsResult', {
    Owner: owner(identity.account),
    Buckets: {
      Bucket: own
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(bucket => ({
          Name: bucket.name,
          CreationDate: bucket.createdAt.toISOString(),
          BucketRegion: bucket.region,
        })),
    },
  })
  return xml(body)
}

/** GetBucketLocation, which names us-east-1 with an empty element. */
export function getBucketLocation(call: S3Call): Answer {
  const { region } = openBucket(call)
  return xml(xmlDocument('LocationConstraint', region === 'us-east-1' ? '' : region))
}

/** GetBucketVersioning. */
export function getBucketVersioning(call: S3Call): Answer {
  return xml(xmlDocument('VersioningConfiguration', { Status: openBucket(call).versioning }))
}

/** PutBucketVersioning. */
export function putBucketVersioning(call: S3Call): Answer {
  const bucket = openBucket(call)
  const text = call.request.body.toString('utf8')
  const { Status } = readDocument('VersioningConfiguration', versioningSchema, text)
  refuseSuspension(bucket, Status)
  bucket.versioning = Status
  return answer(200)
}

/** An account as S3 names an owner. */
export function owner(account: string): { ID: string } {
  return { ID: createHash('sha256').update(`canonical-user-of-${account}`).digest('hex') }
}

/** An XML answer. */
export function xml(body: string): Answer {
  return answer(200, { 'content-type': 'application/xml' }, body)
}

function locationOf(body: Buffer): string | undefined {
  if (body.length === 0) return undefined
  const text = body.toString('utf8')
  return readDocument('CreateBucketConfiguration', createSchema, text).LocationConstraint || undefined
}

function checkLocation({ region }: Identity, location: string | undefined): void {
  if (region === 'us-east-1' && location === 'us-east-1') {
    throw s3Error('InvalidLocationConstraint', 400, 'The specified location-constraint is not valid', {
      LocationConstraint: location,
    })
  }
  if (location === (region === 'us-east-1' ? undefined : region)) return
  const message = `The ${location ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`
  throw s3Error('IllegalLocationConstraintException', 400, message)
}

function defaultDocuments(): Map<string, string> {
  const all = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  }
  return new Map([
    ['publicAccessBlock', xmlDocument('PublicAccessBlockConfiguration', all)],
    [
      'ownershipControls',
      xmlDocument('OwnershipControls', { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } }),
    ],
    ['encryption', defaultEncryption],
  ])
}

/** What every bucket has, and gets back when its encryption is deleted. */
export const defaultEncryption = xmlDocument('ServerSideEncryptionConfiguration', {
  Rule: {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    BucketKeyEnabled: false,
    BlockedEncryptionTypes: { EncryptionType: 'SSE-C' },
  },
})
