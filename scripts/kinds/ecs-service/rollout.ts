import type { Target } from '../../names/target.ts'
import { phasesIn } from '../../strategy/parse-strategy.ts'
import type { RolloutPlan } from '../../strategy/plan.ts'
import { alarmsToWatch } from '../../strategy/watch.ts'
import { ecsNames } from './names.ts'
import { phasesOf } from './phases.ts'
import type { EcsSettings } from './settings.ts'

/** How a service with these settings is rolled out. Its own alarms are watched by ECS as well. */
export function ecsRollout(
  target: Target,
  { strategy, criteria, smoke, watch, route, alarms }: EcsSettings,
): RolloutPlan {
  if (typeof strategy !== 'string')
    return { phases: phasesOf(strategy), criteria, alarms: [], isLeftToPlatform: true }
  const { serverErrors, latency, cpu } = ecsNames(target).alarms
  const own = route === undefined ? [cpu] : [serverErrors, latency, cpu]
  const watched = alarmsToWatch(watch, alarms === false ? [] : own)
  return { phases: phasesIn(strategy), criteria, smoke, alarms: watched }
}
