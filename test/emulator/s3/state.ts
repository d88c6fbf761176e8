import { randomBytes } from 'node:crypto'
import { evaluatePolicy } from '../iam/ask-policy.ts'
import type { Context } from '../iam/conditions.ts'
import type { Identity } from '../iam/identities.ts'
import type { HttpRequest } from '../protocol/protocol.ts'
import type { Checksum } from './checksums.ts'
import { accessDenied, noSuchKey, s3Error } from './errors.ts'

/** One version of an object, or a delete marker. */
export type ObjectVersion = {
  key: string
  versionId: string
  deleteMarker: boolean
  body: Buffer
  /** The body's length, unless a test pretends otherwise. */
  size: number
  etag: string
  lastModified: Date
  /** Content-Type and its like, encryption and user metadata, as response headers. */
  headers: Record<string, string>
  tags: [string, string][]
  checksum?: Checksum
  parts?: { number: number; size: number; checksum?: Checksum }[]
  retention?: Retention
}

/** How long Object Lock keeps a version, and whether that can be bypassed. */
export type Retention = { mode: 'GOVERNANCE' | 'COMPLIANCE'; until: Date }

/** A part of an upload that is not complete. */
export type Part = { number: number; body: Buffer; etag: string; checksum?: Checksum; lastModified: Date }

/** A multipart upload that is not complete. */
export type MultipartUpload = {
  uploadId: string
  key: string
  initiated: Date
  headers: Record<string, string>
  tags: [string, string][]
  algorithm?: Checksum['algorithm']
  checksumType: Checksum['type']
  parts: Map<number, Part>
}

/** One bucket; `objects` keeps the versions of each key, newest first. */
export type Bucket = {
  name: string
  account: string
  region: string
  createdAt: Date
  versioning?: 'Enabled' | 'Suspended'
  objects: Map<string, ObjectVersion[]>
  uploads: Map<string, MultipartUpload>
  /** Configuration documents by subresource, as they were put. */
  documents: Map<string, string>
}

/** Everything that S3 holds; bucket names are global. */
export type S3State = { buckets: Map<string, Bucket> }

/** One S3 request with what its address says. */
export type S3Call = {
  state: S3State
  identity: Identity
  request: HttpRequest
  bucket: string
  key: string
  action: string
}

/** Finds the request's bucket and checks region, owner and rights. */
export function openBucket(call: S3Call): Bucket {
  const bucket = findBucket(call.state, call.bucket)
  checkRegion(call, bucket)
  checkOwner(call.request.headers['x-amz-expected-bucket-owner'], bucket)
  authorize(call, bucket, call.action, call.key)
  return bucket
}

/** Finds a bucket by name alone. */
export function findBucket(state: S3State, name: string): Bucket {
  const bucket = state.buckets.get(name)
  if (bucket) return bucket
  throw s3Error('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: name })
}

/** Refuses when the caller expected another owner. */
export function checkOwner(expected: string | undefined, bucket: Bucket): void {
  if (expected !== undefined && expected !== bucket.account) throw accessDenied()
}

/** Refuses another account unless the bucket's policy grants the action, and anyone whom it denies it. */
export function authorize(call: S3Call, bucket: Bucket, action: string, key: string): void {
  if (!isAuthorized(call, bucket, action, key)) throw accessDenied()
}

/** Whether the caller may do something to a key, or to the bucket itself. */
export function isAuthorized(
  { identity, request }: S3Call,
  bucket: Bucket,
  action: string,
  key: string,
): boolean {
  const resource = `arn:aws:s3:::${bucket.name}${key === '' ? '' : `/${key}`}`
  const policy = bucket.documents.get('policy')
  if (isRootsWay(identity, bucket, action)) return true
  const verdict = evaluatePolicy(policy, identity, action, resource, contextOf(request))
  return verdict === 'allow' || (verdict === 'silent' && identity.account === bucket.account)
}

/** Nobody can lock the account's root user out of the policy (Amazon S3 API reference, PutBucketPolicy). */
function isRootsWay({ arn }: Identity, { account }: Bucket, action: string): boolean {
  return arn === `arn:aws:iam::${account}:root` && /^s3:(?:Get|Put|Delete)BucketPolicy$/.test(action)
}

/** The keys of a request that policies compare; loopback stands in for a connection over TLS. */
function contextOf({ method, headers, query }: HttpRequest): Context {
  const sent = ['if-match', 'if-none-match'].flatMap(name => {
    const value = headers[name]
    return value === undefined ? [] : [[`s3:${name}`, value]]
  })
  // False for what only prepares an object: CreateMultipartUpload, UploadPart and UploadPartCopy.
  const creates = method === 'POST' ? query.has('uploadId') : !query.has('uploadId')
  return {
    ...Object.fromEntries(sent),
    'aws:SecureTransport': 'true',
    's3:ObjectCreationOperation': String(creates),
  }
}

/** The version that a request means: the current one, or the one that it names. */
export function findVersion(
  call: S3Call,
  bucket: Bucket,
  versionId: string | undefined,
  key = call.key,
): ObjectVersion {
  const versions = bucket.objects.get(key) ?? []
  if (versionId === undefined) {
    const [current] = versions
    if (current && !current.deleteMarker) return current
    // Whoever may not list the bucket is not told what is missing from it.
    if (!isAuthorized(call, bucket, 's3:ListBucket', '')) throw accessDenied()
    throw noSuchKey(
      key,
      current ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': current.versionId } : {},
    )
  }
  const version = versions.find(candidate => candidate.versionId === versionId)
  if (version) return version
  if (versionId !== 'null' && !/^[\w.-]{32}$/.test(versionId)) {
    const fields = { ArgumentName: 'versionId', ArgumentValue: versionId }
    throw s3Error('InvalidArgument', 400, 'Invalid version id specified', fields)
  }
  const fields = { Key: key, VersionId: versionId }
  throw s3Error('NoSuchVersion', 404, 'The specified version does not exist.', fields)
}

/** Refuses what a delete marker cannot answer. */
export function requireNoMarker({ request: { method } }: S3Call, version: ObjectVersion): void {
  if (!version.deleteMarker) return
  const headers = { 'x-amz-delete-marker': 'true', 'last-modified': version.lastModified.toUTCString() }
  const message = 'The specified method is not allowed against this resource.'
  throw s3Error('MethodNotAllowed', 405, message, { Method: method, ResourceType: 'DeleteMarker' }, headers)
}

/** Puts a new version in front, and says its id. */
export function addVersion(bucket: Bucket, version: Omit<ObjectVersion, 'versionId'>): ObjectVersion {
  const versionId = bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null'
  const stored = { ...version, versionId }
  const others = (bucket.objects.get(version.key) ?? []).filter(other => other.versionId !== versionId)
  bucket.objects.set(version.key, [stored, ...others])
  return stored
}

/** `x-amz-version-id`, which only a bucket that knows versions sends. */
export function versionHeader(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return bucket.versioning === undefined ? {} : { 'x-amz-version-id': version.versionId }
}

/**
 * A path-style request reaches the endpoint of the region that it was signed for, which redirects (301; seen in
 * JuliaCloud/AWSS3.jl#25). A virtual host without a region resolves to the bucket's own region, whose endpoint
 * refuses the signature (400; seen in hashicorp/terraform-provider-aws#14544).
 */
function checkRegion({ request, identity }: S3Call, bucket: Bucket): void {
  if (identity.region === bucket.region || identity.account === '') return
  const headers = { 'x-amz-bucket-region': bucket.region }
  if (virtualBucket(request.host) !== undefined) {
    const message = `The authorization header is malformed; the region '${identity.region}' is wrong; expecting '${bucket.region}'`
    throw s3Error('AuthorizationHeaderMalformed', 400, message, { Region: bucket.region }, headers)
  }
  const fields = { Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, Bucket: bucket.name }
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.'
  throw s3Error('PermanentRedirect', 301, message, fields, headers)
}

/** The bucket in a virtual-host style `Host`, such as `name.localhost:4599` or `name.s3.amazonaws.com`. */
export function virtualBucket(host: string): string | undefined {
  return /^(.+?)\.(?:localhost|s3[.-].*)$/.exec(host.replace(/:\d+$/, ''))?.[1]
}
