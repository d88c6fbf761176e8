import { phasesIn } from '../../strategy/parse-strategy.ts'
import { unwatchedFaults } from '../../strategy/watch.ts'
import type { FunctionSettings } from './settings.ts'

/** Faults across fields of a function's settings. */
export function functionFaults(settings: FunctionSettings): string[] {
  return [...networkFaults(settings), ...alarmFaults(settings)]
}

function networkFaults({ inNetwork, subnets, securityGroups }: FunctionSettings): string[] {
  if (inNetwork) return []
  return Object.entries({ subnets, securityGroups })
    .filter(([, ids]) => ids !== undefined)
    .map(([name]) => `${name}: only a function in a network has any: set inNetwork to true`)
}

function alarmFaults({ alarms, strategy, watch }: FunctionSettings): string[] {
  return alarms === false ? unwatchedFaults(phasesIn(strategy), watch.alarms) : []
}
