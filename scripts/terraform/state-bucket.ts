/** The settings of a state bucket that Waybill manages; undefined if the bucket has none. */
export type StateBucketSeen = {
  readonly versioning: string | undefined
  readonly encryption: string | undefined
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
    ...(seen.encryption === undefined ? (['encryption'] as const) : []),
    ...(seen.isPrivate ? [] : (['public access'] as const)),
    ...(seen.policy === undefined ? (['policy'] as const) : []),
  ]
}
