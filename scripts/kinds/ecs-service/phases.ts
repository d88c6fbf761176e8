import { equalSteps } from '../../strategy/equal-steps.ts'
import { allAtOnce, canaryPhases, linearPhases, type Phases } from '../../strategy/phases.ts'
import type { EcsSettings } from './settings.ts'

/** A strategy that ECS carries out alone. */
export type OwnStrategy = Exclude<EcsSettings['strategy'], string>

/** The phases of a strategy. ECS replaces tasks on its own in a rolling one, which is all traffic without a bake time. */
export function phasesOf(strategy: OwnStrategy): Phases {
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

/** Why ECS cannot go through phases: without a load balancer nothing is shared, and the steps are of one size. */
export function phaseFaults(phases: Phases, { route }: Pick<EcsSettings, 'route'>): string[] {
  if (phases.length > 1 && route === undefined)
    return ['strategy: shares of the traffic need a load balancer: give it a route, or use AllAtOnce']
  if (phases[0].minutes > 0 && route === undefined)
    return [
      'strategy: requests are counted by a load balancer, and without one nothing can be watched: give it a route, or use AllAtOnce',
    ]
  const steps = equalSteps(phases)
  return 'fault' in steps ? [`strategy: ${steps.fault}`] : []
}
