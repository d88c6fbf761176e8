import type { BucketSpec } from '../aws/bucket.ts'

/** How a new bucket is made, in words. */
export function describeNew({ retentionDays, isAppendOnly }: BucketSpec): string {
  const more = [
    ...(isAppendOnly ? ['append-only'] : []),
    ...(retentionDays === undefined ? [] : [`locked for ${retentionDays} days`]),
  ]
  return `created: ${['versioned', 'encrypted', 'private', 'TLS only', ...more].join(', ')}`
}

/**
 * Says that a ledger's bucket keeps new entries longer than wanted: a shorter retention would be the first step of rewriting
 * history, and environments of one account share the bucket. Undefined if it does not.
 */
export function keptLonger(
  { bucket, title, retentionDays }: BucketSpec,
  days: number | undefined,
): string | undefined {
  if (days === undefined || retentionDays === undefined || days <= retentionDays) return undefined
  return `the ${title} ${bucket} keeps new objects for ${days} days, not ${retentionDays}: Waybill never shortens that. To do it yourself: aws s3api put-object-lock-configuration --bucket ${bucket} …`
}
