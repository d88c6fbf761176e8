import type { Applied } from '../kinds/applied.ts'
import type { Digest } from '../names/digest.ts'
import type { Target } from '../names/target.ts'

/** What a rollout sends the traffic of a target to. */
export type Rollout = {
  readonly target: Target
  /** The release that was applied. */
  readonly tag: string
  readonly applied: Applied
  /** The digest of the release, and those of its images for each platform. */
  readonly digests: readonly Digest[]
  /** How long its strategy takes at least. */
  readonly strategyMinutes: number
}

/** How a rollout ended: `already done` when there was nothing to move or to wait for. */
export type RolloutResult = 'moved' | 'already done'
