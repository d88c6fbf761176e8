import type { Criteria } from './criteria.ts'
import { lasts, type Phases } from './phases.ts'
import type { SmokeCheck } from './smoke.ts'

/** How a deployment is rolled out: in which phases, and what is watched meanwhile. */
export type RolloutPlan = {
  readonly phases: Phases
  readonly criteria: Criteria
  /** What the new revision is asked before it gets traffic; nothing if left out. */
  readonly smoke?: SmokeCheck | undefined
  /** The names of the alarms that end it. */
  readonly alarms: readonly string[]
  /** Whether the platform goes through the phases on its own. */
  readonly isLeftToPlatform?: true
}

/** Whether there is anything to watch: all traffic at once, without a bake time or a smoke check, leaves no time for it. */
export function isWatched({ phases, smoke, isLeftToPlatform }: RolloutPlan): boolean {
  if (isLeftToPlatform) return false
  return lasts(phases) || smoke !== undefined
}
