import { equalSteps } from '../../strategy/equal-steps.ts'
import type { Phases } from '../../strategy/phases.ts'

// As long as the ledger's deadline gives to whoever continues a phase.
const graceMinutes = 30

/**
 * How ECS shifts through phases: in steps that each wait before they begin, and once more when all traffic has shifted. What
 * nobody continues, ECS rolls back. Its own bake times are none, since a hook waits as long as Waybill says (Amazon ECS
 * developer guide, "Pause hooks for Amazon ECS service deployments").
 */
export function shiftConfiguration(phases: Phases) {
  const longest = Math.max(...phases.map(({ minutes }) => minutes))
  const hook = {
    targetType: 'PAUSE',
    lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
    timeoutConfiguration: { timeoutInMinutes: longest + graceMinutes, action: 'ROLLBACK' },
  } as const
  return {
    ...stepsThrough(phases),
    bakeTimeInMinutes: 0,
    lifecycleHooks: [{ ...hook, lifecycleStages: [...hook.lifecycleStages] }],
  }
}

function stepsThrough(phases: Phases) {
  const steps = equalSteps(phases)
  if ('fault' in steps) throw new TypeError(`these phases were not checked: ${steps.fault}`)
  switch (steps.type) {
    case 'whole':
      return { strategy: 'BLUE_GREEN' } as const
    case 'canary':
      return {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: steps.percent, canaryBakeTimeInMinutes: 0 },
      } as const
    case 'linear':
      return {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: steps.percent, stepBakeTimeInMinutes: 0 },
      } as const
  }
}
