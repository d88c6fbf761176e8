import type { Identity } from '../iam/identities.ts'
import { actionsIn, parsePolicy } from '../iam/policy-document.ts'
import { wildcard } from '../iam/wildcard.ts'
import { AwsError } from '../protocol/protocol.ts'
import { firstDue, readExpression, type When } from './expression.ts'
import { invalid, nameSchema, readInput, scheduleSchema } from './input.ts'
import { type Schedule, type SchedulerState, scheduleArn } from './state.ts'

/** One request: whose it is, the name in its address, and its body. */
export type ScheduleCall = { state: SchedulerState; identity: Identity; name: string; input: unknown }

/** CreateSchedule. */
export function createSchedule(call: ScheduleCall): object {
  const { state } = call
  const made = scheduleOf(call, state.clock.now())
  if (state.schedules.has(made.arn))
    throw new AwsError('ConflictException', 409, `Schedule ${call.name} already exists.`)
  requireRole(call, made.settings.Target.RoleArn)
  state.schedules.set(made.arn, made)
  return { ScheduleArn: made.arn }
}

/** UpdateSchedule: what is not given is as in a new one. */
export function updateSchedule(call: ScheduleCall): object {
  const { createdAt } = existing(call)
  const made = scheduleOf(call, createdAt)
  requireRole(call, made.settings.Target.RoleArn)
  call.state.schedules.set(made.arn, made)
  return { ScheduleArn: made.arn }
}

/** GetSchedule. */
export function getSchedule(call: ScheduleCall): object {
  const { arn, name, settings, createdAt, modifiedAt } = existing(call)
  const times = { CreationDate: createdAt / 1000, LastModificationDate: modifiedAt / 1000 }
  return { ...settings, Arn: arn, GroupName: 'default', Name: name, ...times }
}

/** DeleteSchedule. */
export function deleteSchedule(call: ScheduleCall): object {
  call.state.schedules.delete(existing(call).arn)
  return {}
}

function scheduleOf({ state, identity, name, input }: ScheduleCall, createdAt: number): Schedule {
  readInput(nameSchema, { name })
  const settings = readInput(scheduleSchema, input)
  const now = state.clock.now()
  const dueAt = firstDue(readExpression(settings.ScheduleExpression) as When, now)
  const { account, region } = identity
  const owner = { account, region }
  return { arn: scheduleArn(identity, name), owner, name, settings, createdAt, modifiedAt: now, dueAt }
}

function existing({ state, identity, name }: ScheduleCall): Schedule {
  const found = state.schedules.get(scheduleArn(identity, name))
  if (found) return found
  throw new AwsError('ResourceNotFoundException', 404, `Schedule ${name} does not exist.`)
}

/** Refuses a role that does not exist or does not trust Scheduler, as it is checked when a schedule is made. */
function requireRole({ state: { iam } }: ScheduleCall, arn: string): void {
  const trusts = (parsePolicy(iam.roles.get(arn)?.trustPolicy ?? '')?.Statement ?? []).some(
    statement =>
      statement.Effect === 'Allow' &&
      typeof statement.Principal === 'object' &&
      statement.Principal.Service?.includes('scheduler.amazonaws.com') &&
      actionsIn(statement).some(action => wildcard(action, 'sts:AssumeRole')),
  )
  if (trusts) return
  throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.')
}
