import type { Applied } from '../kinds/applied.ts'
import type { Digest } from '../names/digest.ts'
import type { Target } from '../names/target.ts'
import type { RolloutPlan } from '../strategy/plan.ts'

/** A rollout of a target: where it sends the traffic, and what must run there. */
export type Rollout = {
  readonly target: Target
  /** The tag of the applied release. */
  readonly tag: string
  readonly applied: Applied
  /** The digest of the release and those of its images for each platform. */
  readonly digests: readonly Digest[]
  readonly plan: RolloutPlan
}

/** How a rollout ended: `already done` if there was nothing to move or to wait for, `begun` where somebody else goes on. */
export type RolloutResult = 'moved' | 'already done' | 'begun'
