import { advance } from './advance.ts'
import { alarmsNow } from './deployments.ts'
import { failByAlarm } from './failing.ts'
import type { Deployment, EcsService, EcsState } from './state.ts'

/**
 * Brings a service to where it would be by now. Where starting tasks takes no time, each look at the service ends one
 * deployment at most, so that both a failed deployment and the rollback after it can be seen.
 */
export function settle(state: EcsState, service: EcsService): void {
  for (;;) {
    const [primary] = service.deployments
    if (service.status === 'INACTIVE' || primary?.rolloutState !== 'IN_PROGRESS') return
    const alarms = triggeredAlarms(state, service, primary)
    if (alarms.length > 0) failByAlarm(state, service, primary, alarms)
    else if (!advance(state, service, primary)) return
    const isOver = service.deployments[0] !== primary || primary.rolloutState !== 'IN_PROGRESS'
    if (isOver && state.deploymentMs === 0) return
  }
}

function triggeredAlarms(state: EcsState, service: EcsService, { record }: Deployment): string[] {
  return record.rollback || !record.watchesAlarms ? [] : alarmsNow(state, service)
}
