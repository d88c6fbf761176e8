import { allAtOnce, canaryPhases, linearPhases, type Phases } from '../../strategy/phases.ts'
import type { EcsSettings } from './settings.ts'

/** The phases of a strategy. ECS replaces tasks on its own in a rolling one, which is all traffic without a bake time. */
export function phasesOf(strategy: EcsSettings['strategy']): Phases {
  switch (strategy.type) {
    case 'rolling':
      return allAtOnce
    case 'blue-green':
      return [{ share: 100, minutes: strategy.bakeMinutes }]
    case 'canary':
      return canaryPhases(strategy.percent, strategy.canaryMinutes, strategy.bakeMinutes)
    case 'linear':
      return linearPhases(strategy.stepPercent, strategy.stepMinutes, strategy.bakeMinutes)
  }
}
