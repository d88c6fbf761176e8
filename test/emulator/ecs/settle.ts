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

/** Brings all services to where they would be by now, so that a request finds what they send it to. */
export function settleAll(state: EcsState): void {
  for (const service of state.services.values()) settle(state, service)
}

function triggeredAlarms(state: EcsState, service: EcsService, { record }: Deployment): string[] {
  return record.rollback || !record.watchesAlarms ? [] : alarmsNow(state, service)
}
