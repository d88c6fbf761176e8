import { z } from 'zod'
import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import { refuseWhen } from '../protocol/validation.ts'
import { xmlDocument } from '../protocol/xml.ts'
import type { ReadBody } from './body.ts'
import { readBody } from './body.ts'
import { xml } from './buckets.ts'
import { s3Error } from './errors.ts'
import type { Bucket, ObjectVersion, Retention, S3Call } from './state.ts'
import { authorize, findVersion, openBucket, requireNoMarker } from './state.ts'
import { element, readDocument, whole } from './xml-input.ts'

/*
 * Object Lock (Amazon S3 user guide, "Locking objects with Object Lock", "Configuring S3 Object Lock"). The words of
 * the refusals are those that LocalStack recorded of S3 (localstack/localstack, tests/aws/services/s3/test_s3_api.py,
 * TestS3ObjectLock, with its snapshot).
 */

const modes = z.enum(['GOVERNANCE', 'COMPLIANCE'])
/** A hundred years (Amazon S3 user guide, "Object Lock considerations"). */
const most = { Days: 36_500, Years: 100 }

const configuration = element({
  ObjectLockEnabled: z.literal('Enabled'),
  Rule: element({
    DefaultRetention: element({ Mode: modes, Days: period('Days'), Years: period('Years') }).refine(
      ({ Days, Years }) => (Days === undefined) !== (Years === undefined),
    ),
  }).exactOptional(),
})
const retentionSchema = element({
  Mode: modes.exactOptional(),
  RetainUntilDate: z.string().exactOptional(),
}).refine(({ Mode, RetainUntilDate }) => (Mode === undefined) === (RetainUntilDate === undefined))

function period(unit: keyof typeof most) {
  return whole
    .superRefine((number, context) => {
      const least = 'Default retention period must be a positive integer value.'
      refuseWhen(context, number < 1, least, 'InvalidArgument')
      refuseWhen(context, number > most[unit], 'Default retention period too large.', 'InvalidArgument')
    })
    .exactOptional()
}

/** The configuration of a bucket that was created with Object Lock. */
export const emptyLock = xmlDocument('ObjectLockConfiguration', { ObjectLockEnabled: 'Enabled' })

/** PutObjectLockConfiguration: for a versioned bucket, and never taken back. */
export function putLockConfiguration(call: S3Call): Answer {
  const bucket = openBucket(call)
  const text = call.request.body.toString('utf8')
  readDocument('ObjectLockConfiguration', configuration, text)
  if (bucket.versioning !== 'Enabled') {
    throw invalidState("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
  }
  bucket.documents.set('object-lock', text)
  return answer(200)
}

/** Refuses to suspend the versioning that Object Lock rests on. */
export function refuseSuspension(bucket: Bucket, status: string): void {
  if (status === 'Enabled' || !hasLock(bucket)) return
  throw invalidState(
    'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
  )
}

/** GetObjectRetention. */
export function getRetention(call: S3Call): Answer {
  const { retention } = openVersion(call, openBucket(call))
  if (retention === undefined) {
    const message = 'The specified object does not have a ObjectLock configuration'
    throw s3Error('NoSuchObjectLockConfiguration', 404, message, { Key: call.key })
  }
  const RetainUntilDate = retention.until.toISOString()
  return xml(xmlDocument('Retention', { Mode: retention.mode, RetainUntilDate }))
}

/** PutObjectRetention: whoever may set a retention may lengthen it; anything else needs a bypass. */
export function putRetention(call: S3Call): Answer {
  const bucket = openBucket(call)
  const { bytes, checksum } = readBody(call.request)
  if (!checksum && call.request.headers['content-md5'] === undefined) {
    const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*'
    throw s3Error('InvalidRequest', 400, message)
  }
  const { Mode, RetainUntilDate } = readDocument('Retention', retentionSchema, bytes.toString('utf8'))
  const version = openVersion(call, bucket)
  const wanted = Mode && RetainUntilDate ? { mode: Mode, until: futureDate(RetainUntilDate) } : undefined
  const { retention } = version
  const lengthens = wanted && wanted.mode === retention?.mode && wanted.until >= retention.until
  if (!lengthens) refuseLocked(call, bucket, version)
  if (wanted) version.retention = wanted
  else delete version.retention
  return answer(200)
}

/** Refuses what would take a locked version away, unless the caller may bypass governance mode and says so. */
export function refuseLocked(call: S3Call, bucket: Bucket, version: ObjectVersion | undefined): void {
  const bypass = readBypass(call.request, bucket)
  const { retention } = version ?? {}
  if (version === undefined || retention === undefined || retention.until <= new Date()) return
  if (!bypass || retention.mode === 'COMPLIANCE') {
    throw new AwsError('AccessDenied', 403, 'Access Denied because object protected by object lock.')
  }
  authorize(call, bucket, 's3:BypassGovernanceRetention', version.key)
}

function readBypass({ headers }: HttpRequest, bucket: Bucket): boolean {
  const header = 'x-amz-bypass-governance-retention'
  if (headers[header] === undefined) return false
  if (hasLock(bucket)) return headers[header].toLowerCase() === 'true'
  const message = `${header} is only applicable to Object Lock enabled buckets.`
  throw s3Error('InvalidArgument', 400, message, { ArgumentName: header })
}

/**
 * How long a new version is kept: as its request says, otherwise as the bucket does. A request that locks has to prove its
 * content, and one that says so itself needs the right to set a retention.
 */
export function retentionOf(call: S3Call, bucket: Bucket, body?: ReadBody): { retention?: Retention } {
  const asked = askedRetention(call, bucket)
  const retention = asked ?? defaultRetention(bucket)
  if (retention === undefined) return {}
  if (body && !body.checksum && call.request.headers['content-md5'] === undefined) {
    const message =
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters'
    throw s3Error('InvalidRequest', 400, message)
  }
  return { retention }
}

function askedRetention(call: S3Call, bucket: Bucket): Retention | undefined {
  const { headers } = call.request
  const mode = headers['x-amz-object-lock-mode']
  const date = headers['x-amz-object-lock-retain-until-date']
  if (headers['x-amz-object-lock-legal-hold'] !== undefined) {
    throw s3Error('NotImplemented', 501, 'The emulator does not implement legal holds')
  }
  if (mode === undefined && date === undefined) return undefined
  if (mode === undefined || date === undefined) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    )
  }
  const known = modes.safeParse(mode)
  if (!known.success) throw invalidArgument('Unknown wormMode directive.')
  const until = futureDate(date)
  requireLock(bucket)
  authorize(call, bucket, 's3:PutObjectRetention', call.key)
  return { mode: known.data, until }
}

function defaultRetention(bucket: Bucket): Retention | undefined {
  const document = bucket.documents.get('object-lock')
  if (document === undefined) return undefined
  const rule = readDocument('ObjectLockConfiguration', configuration, document).Rule?.DefaultRetention
  if (rule === undefined) return undefined
  const until = new Date()
  until.setUTCDate(until.getUTCDate() + (rule.Days ?? 0))
  until.setUTCFullYear(until.getUTCFullYear() + (rule.Years ?? 0))
  return { mode: rule.Mode, until }
}

/** The headers of a locked version, for whoever may know. */
export function lockHeaders({ retention }: ObjectVersion): Record<string, string> {
  return retention === undefined
    ? {}
    : {
        'x-amz-object-lock-mode': retention.mode,
        'x-amz-object-lock-retain-until-date': retention.until.toISOString(),
      }
}

function openVersion(call: S3Call, bucket: Bucket): ObjectVersion {
  requireLock(bucket)
  const version = findVersion(call, bucket, call.request.query.get('versionId') ?? undefined)
  requireNoMarker(call, version)
  return version
}

function hasLock({ documents }: Bucket): boolean {
  return documents.has('object-lock')
}

function requireLock(bucket: Bucket): void {
  if (hasLock(bucket)) return
  throw s3Error('InvalidRequest', 400, 'Bucket is missing Object Lock Configuration')
}

function futureDate(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) {
    throw invalidArgument('The retain until date must be provided in ISO 8601 format')
  }
  if (date <= new Date()) throw invalidArgument('The retain until date must be in the future!')
  return date
}

function invalidArgument(message: string) {
  return s3Error('InvalidArgument', 400, message)
}

function invalidState(message: string) {
  return s3Error('InvalidBucketState', 409, message)
}
