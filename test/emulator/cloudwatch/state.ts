import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { putAlarmSchema } from './alarm-input.ts'
import type { Metrics, Owner } from './metrics.ts'

/** What an alarm says. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** One metric alarm, with its configuration as it was put. */
export type Alarm = {
  arn: string
  owner: Owner
  name: string
  configuration: z.output<typeof putAlarmSchema>
  state: AlarmState
  reason: string
  reasonData?: string
  configuredAt: number
  updatedAt: number
  /** When its state last became another one. */
  transitionedAt: number
  /** Up to when its metrics were last looked at. */
  evaluatedTo: number
  /** Whether a test holds its state, whatever its metrics say. */
  isHeld?: boolean
  tags: Map<string, string>
}

/** A change of an alarm's state. */
export type AlarmTurn = Pick<Alarm, 'arn' | 'name' | 'reason'> & {
  readonly before: AlarmState
  readonly after: AlarmState
  readonly at: number
}

/** Everything that CloudWatch holds here: alarms by ARN, and metrics. */
export type CloudWatchState = {
  alarms: Map<string, Alarm>
  /** What a new alarm starts as. */
  initial: AlarmState
  metrics: Metrics
  clock: Clock
  /** Each time that the state of an alarm became another one, oldest first. */
  history: AlarmTurn[]
  /** Hears of each alarm whose state becomes another one. */
  turned?: (alarm: Alarm, before: AlarmState) => void
}

/** The ARN of an alarm in an account and region. */
export function alarmArn({ account, region }: Owner, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`
}
