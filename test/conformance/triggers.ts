import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AddPermissionCommand, CreateAliasCommand, GetPolicyCommand } from '@aws-sdk/client-lambda'
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { expect } from 'vitest'
import { eventually, total } from './cloudwatch.ts'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const minute = 60_000

/** What calls the guardian rests on. */
export const triggerExpectations: Expectation[] = [
  {
    title: 'an alarm that begins to ring calls the alias of a function, whose own policy lets it',
    row: 'alarm-actions',
    service: 'cloudwatch',
    source:
      'Amazon CloudWatch User Guide, Invoke a Lambda function from an alarm; AWS Lambda API Reference, AddPermission',
    run: async target => {
      const address = await aliasOf(target, 'alarmed')
      const [FunctionName, AlarmName] = [target.names.function, `${target.names.alarm}-calls`]
      const permission = { FunctionName, Qualifier: 'alarmed', Action: 'lambda:InvokeFunction' }
      const statement = {
        StatementId: 'alarms',
        Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
        SourceAccount: target.account,
      }
      await target.lambda.send(new AddPermissionCommand({ ...permission, ...statement }))
      const again = target.lambda.send(new AddPermissionCommand({ ...permission, ...statement }))
      expect(await refused(again)).toMatchObject({ name: 'ResourceConflictException', status: 409 })
      const asked = { FunctionName, Qualifier: 'alarmed' }
      const { Policy = '' } = await target.lambda.send(new GetPolicyCommand(asked))
      expect(JSON.parse(Policy).Statement).toMatchObject([{ Sid: 'alarms', Resource: address }])
      const metric = {
        Namespace: target.names.namespace,
        MetricName: 'None',
        Statistic: 'Sum',
        Period: 60,
      } as const
      const rule = { Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 } as const
      const alarm = { AlarmName, ...metric, ...rule, AlarmActions: [address] }
      await target.cloudwatch.send(new PutMetricAlarmCommand(alarm))
      const state = { AlarmName, StateValue: 'ALARM', StateReason: 'conformance' } as const
      await target.cloudwatch.send(new SetAlarmStateCommand(state))
      const called = { FunctionName, Resource: `${FunctionName}:alarmed`, ExecutedVersion: '1' }
      await eventually(target, async () => (await total(target, 'Invocations', 'Sum', called)) > 0)
    },
  },
  {
    title: 'a schedule for one time calls with the role that it was given, and is gone',
    row: 'scheduler-once',
    service: 'scheduler',
    source:
      'EventBridge Scheduler User Guide, One-time schedules and Deletion after schedule completion; API Reference, CreateSchedule',
    run: async target => {
      const schedule = await scheduleOf(target, 'once')
      const created = () => target.scheduler.send(new CreateScheduleCommand(schedule(2)))
      // A new role is only known to Scheduler some seconds after it was made.
      await eventually(target, () =>
        created().then(
          () => true,
          () => false,
        ),
      )
      expect(await refused(created())).toMatchObject({ name: 'ConflictException', status: 409 })
      await target.scheduler.send(new UpdateScheduleCommand(schedule(2)))
      const { Name } = schedule(2)
      const isGone = () =>
        target.scheduler.send(new GetScheduleCommand({ Name })).then(
          () => false,
          () => true,
        )
      expect(await isGone()).toBe(false)
      await eventually(target, isGone)
      const called = {
        FunctionName: target.names.function,
        Resource: `${target.names.function}:once`,
        ExecutedVersion: '1',
      }
      await eventually(target, async () => (await total(target, 'Invocations', 'Sum', called)) > 0)
    },
  },
  {
    title: 'a schedule is removed once, and one without a role that Scheduler may assume is refused',
    row: 'scheduler-once',
    service: 'scheduler',
    source:
      'EventBridge Scheduler API Reference, DeleteSchedule, Errors; User Guide, Set up the execution role',
    run: async target => {
      const Name = `${target.names.prefix}none`
      const gone = target.scheduler.send(new DeleteScheduleCommand({ Name }))
      expect(await refused(gone)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 })
      await target.lambdaFunction()
      const schedule = await scheduleOf(target, 'roleless')
      const { Target: called, ...rest } = schedule(60)
      const RoleArn = `arn:aws:iam::${target.account}:role/${target.names.nothing}`
      const refusedRole = { ...rest, Target: { Arn: called?.Arn, RoleArn } }
      expect(await refused(target.scheduler.send(new CreateScheduleCommand(refusedRole)))).toMatchObject({
        name: 'ValidationException',
        status: 400,
      })
    },
  },
  {
    title: 'a rule keeps its pattern and its targets, and cannot be deleted while it has any',
    row: 'event-rules',
    service: 'events',
    source:
      'Amazon EventBridge API Reference, PutRule, PutTargets and DeleteRule; User Guide, Event patterns',
    run: async target => {
      const Name = target.names.rule
      const pattern = { source: ['aws.ecs'], resources: [{ prefix: `arn:aws:ecs:*:${target.account}:` }] }
      await target.events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }))
      const { EventPattern = '' } = await target.events.send(new DescribeRuleCommand({ Name }))
      expect(JSON.parse(EventPattern)).toEqual(pattern)
      const Targets = [{ Id: 'guard', Arn: await aliasOf(target, 'ruled') }]
      await target.events.send(new PutTargetsCommand({ Rule: Name, Targets }))
      const listed = await target.events.send(new ListTargetsByRuleCommand({ Rule: Name }))
      expect(listed.Targets).toMatchObject(Targets)
      expect(await refused(target.events.send(new DeleteRuleCommand({ Name })))).toMatchObject({
        name: 'ValidationException',
        status: 400,
      })
      await target.events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['guard'] }))
      const bad = target.events.send(new PutRuleCommand({ Name, EventPattern: '{"source":"aws.ecs"}' }))
      expect(await refused(bad)).toMatchObject({ name: 'InvalidEventPatternException', status: 400 })
    },
  },
]

/** Makes an alias of the run's function, and answers its ARN. */
async function aliasOf(target: Target, Name: string): Promise<string> {
  const FunctionName = await target.lambdaFunction()
  const alias = new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' })
  return (await target.lambda.send(alias)).AliasArn ?? ''
}

/** What makes a schedule that is due in some minutes, of an alias of its own. */
async function scheduleOf(target: Target, alias: string) {
  const Arn = await aliasOf(target, alias)
  const RoleArn = await schedulerRole(target)
  return (minutes: number) => ({
    Name: `${target.names.prefix}${alias}`,
    ScheduleExpression: `at(${new Date(target.now() + minutes * minute).toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: 'OFF' } as const,
    ActionAfterCompletion: 'DELETE' as const,
    Target: { Arn, RoleArn, Input: '{}' },
  })
}

async function schedulerRole({ iam, names, account }: Target): Promise<string> {
  const RoleName = names.schedulerRole
  const document = (one: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...one }] })
  const Principal = { Service: 'scheduler.amazonaws.com' }
  const AssumeRolePolicyDocument = document({ Principal, Action: 'sts:AssumeRole' })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })).catch((cause: Error) => {
    if (cause.name !== 'EntityAlreadyExistsException') throw cause
  })
  const Resource = `arn:aws:lambda:*:${account}:function:${names.function}:*`
  const PolicyDocument = document({ Action: 'lambda:InvokeFunction', Resource })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: RoleName, PolicyDocument }))
  return `arn:aws:iam::${account}:role/${RoleName}`
}
