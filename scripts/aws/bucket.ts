import type { ErrorCode } from '../base/user-error.ts'
import { samePolicy } from './statements.ts'

/** A bucket that Waybill sets up: versioned, encrypted, private, and as it says here. */
export type BucketSpec = {
  readonly bucket: string
  /** What messages call it: `state bucket`. */
  readonly title: string
  /** What the section of environments.json calls it: `stateBucket`. */
  readonly setting: string
  /** The error for a bucket of another account. */
  readonly foreign: ErrorCode
  /** The policy that it should have, given the one that it has. */
  readonly policy: (seen: string | undefined) => string
  /** Throws if the policy that it has does not let the caller change the bucket. */
  readonly requireRight: (seen: string | undefined) => void
  /** Whether its policy keeps objects as they were written. */
  readonly isAppendOnly: boolean
  /** How many days Object Lock should keep each object at least; without it no lock is looked for. */
  readonly retentionDays?: number | undefined
}

/** How long a bucket keeps new objects by default. */
export type Retention = { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number }

/** The settings of a bucket that Waybill manages; undefined if the bucket has none. */
export type BucketSeen = {
  readonly versioning: string | undefined
  readonly encryption: string | undefined
  /** Whether objects cannot be encrypted with keys that S3 does not keep (SSE-C), as in every new bucket. */
  readonly blocksForeignKeys: boolean
  /** Whether all public access is blocked. */
  readonly isPrivate: boolean
  readonly retention: Retention | undefined
  readonly policy: string | undefined
}

/**
 * A setting of a bucket that needs a change, in the order of the changes: Object Lock needs versioning, and the policy
 * may leave the rest to somebody else.
 */
export type BucketChange = 'versioning' | 'encryption' | 'public access' | 'Object Lock' | 'policy'

/** A bucket before anything was set. */
export const bareBucket: BucketSeen = {
  versioning: undefined,
  encryption: undefined,
  blocksForeignKeys: false,
  isPrivate: false,
  retention: undefined,
  policy: undefined,
}

/** The settings that a bucket lacks. Leaves stronger encryption and longer retention alone. */
export function bucketChanges(
  seen: BucketSeen,
  { policy, retentionDays }: Pick<BucketSpec, 'policy' | 'retentionDays'>,
): BucketChange[] {
  return [
    ...(seen.versioning === 'Enabled' ? [] : (['versioning'] as const)),
    ...(seen.encryption === undefined || !seen.blocksForeignKeys ? (['encryption'] as const) : []),
    ...(seen.isPrivate ? [] : (['public access'] as const)),
    ...((seen.retention?.days ?? 0) >= (retentionDays ?? 0) ? [] : (['Object Lock'] as const)),
    ...(samePolicy(seen.policy, policy(seen.policy)) ? [] : (['policy'] as const)),
  ]
}
