import { type Place, regionalArn } from '../aws/arn.ts'
import type { GuardianSettings } from '../catalogue/guardian-settings.ts'
import type { Target } from '../names/target.ts'

/** An environment's guardian as a target: the service that is one, in the environment that it guards. */
export function guardianTarget({ service }: GuardianSettings, environment: string): Target {
  return { service, environment }
}

// Amazon EventBridge Scheduler API reference, CreateSchedule, Name.
export const scheduleNameCharacters = 64

/** What the names of the schedules for an environment's rollouts begin with. A dot is in no name of ours. */
export function scheduleNames(prefix: string, environment: string): string {
  return `${prefix}.${environment}.`
}

/** The ARNs of those schedules. */
export function scheduleArns(prefix: string, environment: string, place: Place): string {
  return regionalArn('scheduler', place, `schedule/default/${scheduleNames(prefix, environment)}*`)
}

/** What identifies the schedule of a rollout in its environment. */
export function scheduleOf({ service }: Target, started: number): string {
  return `${service}.${started}`
}
