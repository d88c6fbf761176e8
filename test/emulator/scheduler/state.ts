import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Owner } from '../cloudwatch/metrics.ts'
import type { IamState } from '../iam/state.ts'
import type { scheduleSchema } from './input.ts'

/** One schedule, as it was created or last updated. */
export type Schedule = {
  arn: string
  owner: Owner
  name: string
  settings: z.output<typeof scheduleSchema>
  createdAt: number
  modifiedAt: number
  /** When it is next due, in milliseconds since the epoch; undefined once a schedule for one time was. */
  dueAt: number | undefined
}

/** Everything that EventBridge Scheduler holds: schedules of the default group by ARN. */
export type SchedulerState = { schedules: Map<string, Schedule>; iam: IamState; clock: Clock }

/** The ARN of a schedule of the default group in an account and region. */
export function scheduleArn({ account, region }: Owner, name: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule/default/${name}`
}
