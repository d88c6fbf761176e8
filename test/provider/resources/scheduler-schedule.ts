import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'
import { oneBlock, present, text, unlessDefault } from './shape.ts'

/** `aws_scheduler_schedule`, of the default group. */
export const schedulerSchedule: ResourceType = {
  label: 'EventBridge Scheduler Schedule',
  ...knownBy('name'),
  replaceOn: ['group_name', 'name', 'name_prefix', 'region'],
  create: async ({ scheduler }, planned) => {
    const { ScheduleArn = '' } = await scheduler.send(new CreateScheduleCommand(inputOf(planned)))
    return { id: `default/${planned.name}`, arn: ScheduleArn, group_name: 'default', name_prefix: '' }
  },
  read: async ({ scheduler }, state) => {
    const seen = await found(scheduler.send(new GetScheduleCommand({ Name: String(state.name) })))
    return seen === null
      ? null
      : {
          arn: seen.Arn ?? null,
          schedule_expression: seen.ScheduleExpression ?? null,
          schedule_expression_timezone: unlessDefault(
            state.schedule_expression_timezone,
            seen.ScheduleExpressionTimezone,
            'UTC',
          ),
          state: unlessDefault(state.state, seen.State, 'ENABLED'),
        }
  },
  update: async ({ scheduler }, { planned }) => {
    await scheduler.send(new UpdateScheduleCommand(inputOf(planned)))
    return {}
  },
  remove: async ({ scheduler }, prior) => {
    await scheduler.send(new DeleteScheduleCommand({ Name: String(prior.name) }))
  },
}

function inputOf(planned: State): CreateScheduleCommandInput {
  return present({
    Name: String(planned.name),
    Description: text(planned.description),
    ScheduleExpression: String(planned.schedule_expression),
    ScheduleExpressionTimezone: text(planned.schedule_expression_timezone),
    State: text(planned.state),
    FlexibleTimeWindow: oneBlock(planned.flexible_time_window, ({ mode }) => ({ Mode: String(mode) })),
    Target: oneBlock(planned.target, ({ arn, role_arn, input }) =>
      present({ Arn: String(arn), RoleArn: String(role_arn), Input: text(input) }),
    ),
  }) as CreateScheduleCommandInput
}
