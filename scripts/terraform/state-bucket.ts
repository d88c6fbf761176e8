import type { JsonSource } from '../base/parse-json.ts'

/** The settings of a state bucket that Waybill manages; undefined if the bucket has none. */
export type StateBucketSeen = {
  readonly versioning: string | undefined
  readonly encryption: string | undefined
  /** Whether objects cannot be encrypted with keys that S3 does not keep (SSE-C), as in every new bucket. */
  readonly blocksForeignKeys: boolean
  /** Whether all public access is blocked. */
  readonly isPrivate: boolean
  readonly policy: string | undefined
}

/** A setting of a state bucket that needs a change. */
export type StateBucketChange = 'versioning' | 'encryption' | 'public access' | 'policy'

/**
 * The settings that a state bucket lacks. Leaves somebody else's policy and stronger encryption alone.
 */
export function stateBucketChanges(seen: StateBucketSeen): StateBucketChange[] {
  return [
    ...(seen.versioning === 'Enabled' ? [] : (['versioning'] as const)),
    ...(seen.encryption === undefined || !seen.blocksForeignKeys ? (['encryption'] as const) : []),
    ...(seen.isPrivate ? [] : (['public access'] as const)),
    ...(seen.policy === undefined ? (['policy'] as const) : []),
  ]
}

/** What messages call a state, and how it is repaired. */
export function stateSource(bucket: string, key: string): JsonSource {
  return {
    name: `the state s3://${bucket}/${key}`,
    remedy: `List its versions with aws s3api list-object-versions --bucket ${bucket} --prefix ${key}, and restore the last good one.`,
  }
}
