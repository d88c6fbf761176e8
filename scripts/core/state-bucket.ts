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

// The partitions of botocore's endpoints.json; every other region is in `aws`.
const partitions = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^eusc-/, 'aws-eusc'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
] as const

/** The partition of a region, as ARNs have it. */
export function partition(region: string): string {
  return partitions.find(([sign]) => sign.test(region))?.[1] ?? 'aws'
}

/** A bucket policy that takes nothing over an unencrypted connection. */
export function tlsOnlyPolicy(bucket: string, region: string): string {
  const arn = `arn:${partition(region)}:s3:::${bucket}`
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  })
}
