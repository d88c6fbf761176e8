import { type Place, s3Arn } from '../aws/arn.ts'

/** The settings of a bucket that Waybill sees to; undefined where the bucket has none. */
export type StateBucketSeen = {
  readonly versioning: string | undefined
  readonly encryption: string | undefined
  /** Whether everything public is blocked. */
  readonly isPrivate: boolean
  readonly policy: string | undefined
}

/** One setting of a state bucket that is not yet as it has to be. */
export type StateBucketChange = 'versioning' | 'encryption' | 'public access' | 'policy'

/**
 * What is missing on a state bucket. A policy that somebody else has written is left alone, and so is a stronger
 * encryption.
 */
export function stateBucketChanges(seen: StateBucketSeen): StateBucketChange[] {
  return [
    ...(seen.versioning === 'Enabled' ? [] : (['versioning'] as const)),
    ...(seen.encryption === undefined ? (['encryption'] as const) : []),
    ...(seen.isPrivate ? [] : (['public access'] as const)),
    ...(seen.policy === undefined ? (['policy'] as const) : []),
  ]
}

/** The statement of a bucket's policy that takes nothing over an unencrypted connection. */
export function tlsOnly(place: Pick<Place, 'region'>, bucket: string) {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [s3Arn(place, bucket), s3Arn(place, bucket, '*')],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  } as const
}

/** A bucket policy of that statement alone. */
export function tlsOnlyPolicy(bucket: string, region: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [tlsOnly({ region }, bucket)] })
}
