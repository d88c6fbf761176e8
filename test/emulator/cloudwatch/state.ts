import type { Clock } from '../clock.ts'
import type { Metrics, Owner } from './metrics.ts'

/** What an alarm says. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** One metric alarm; its configuration is kept as it was put, and never evaluated. */
export type Alarm = {
  arn: string
  name: string
  configuration: Record<string, unknown>
  state: AlarmState
  reason: string
  reasonData?: string
  configuredAt: number
  updatedAt: number
  tags: Map<string, string>
}

/** Everything that CloudWatch holds here: alarms by ARN, and metrics. */
export type CloudWatchState = {
  alarms: Map<string, Alarm>
  /** What a new alarm starts as. */
  initial: AlarmState
  metrics: Metrics
  clock: Clock
}

/** The ARN of an alarm in an account and region. */
export function alarmArn({ account, region }: Owner, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`
}
