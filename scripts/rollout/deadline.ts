import type { RolloutPart } from '../ledger/rollout-part.ts'
import type { Digest } from '../names/digest.ts'
import { minutesOf } from '../strategy/phases.ts'
import type { RolloutPlan } from '../strategy/plan.ts'

// Traffic has to arrive, and the metrics of the last minute come a minute late.
const perPhaseMinutes = 5
// For a run that was interrupted to be started again.
const graceMinutes = 30

/**
 * When a rollout is over that begins at `start`, whoever carries it out: all its phases, a smoke check as long as it may
 * take, and time for an interruption. In whole seconds, as a schedule takes it.
 */
export function rolloutDeadline({ phases, smoke }: RolloutPlan, start: Date): Date {
  const smokeSeconds = smoke === undefined ? 0 : smoke.times * smoke.timeoutSeconds
  const minutes = minutesOf(phases) + phases.length * perPhaseMinutes + graceMinutes
  return new Date((Math.ceil(start.getTime() / 1000) + minutes * 60 + smokeSeconds) * 1000)
}

/** What a rollout that begins at `start` leaves for whoever continues it. */
export function rolloutPartOf(plan: RolloutPlan, digests: readonly Digest[], start: Date): RolloutPart {
  const { smoke, alarms, ...rest } = plan
  return {
    ...rest,
    ...(smoke === undefined ? {} : { smoke }),
    alarms: [...alarms],
    digests: [...digests],
    deadline: rolloutDeadline(plan, start).toISOString(),
  }
}
