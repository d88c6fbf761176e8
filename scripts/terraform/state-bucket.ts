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
