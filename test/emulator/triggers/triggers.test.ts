import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AddPermissionCommand, CreateAliasCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda'
import { CreateScheduleCommand, GetScheduleCommand } from '@aws-sdk/client-scheduler'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import { cluster, ecsCalls, startWithImages } from '../ecs/calls.ts'
import type { Emulator } from '../emulator.ts'
import { makeFunction } from '../lambda/calls.ts'
import { refusedWith } from '../refused-with.ts'

const FunctionName = 'guard'
const address = `arn:aws:lambda:us-east-1:111111111111:function:${FunctionName}:LIVE`
const RoleArn = 'arn:aws:iam::111111111111:role/schedules'

let emulator: Emulator
let clients: ReturnType<typeof clientsFor>
/** What the function was called with. */
let events: Record<string, unknown>[] = []

beforeAll(async () => {
  emulator = await startWithImages('v1', 'v2')
  clients = clientsFor(emulator)
  const source = `import { S3Client } from '@aws-sdk/client-s3'; export const handler = async event => ({ ...event, sdk: typeof S3Client })`
  await makeFunction(clients, FunctionName, { 'index.mjs': source }, { Publish: true, Timeout: 30 })
  await clients.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'LIVE', FunctionVersion: '1' }))
  await makeRole('schedules', 'scheduler.amazonaws.com', address)
})
afterAll(() => emulator.close())
beforeEach(() => {
  events = []
  emulator.runHere(FunctionName, async event => void events.push(event as Record<string, unknown>))
})

async function makeRole(RoleName: string, Service: string, Resource: string): Promise<void> {
  const document = (one: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...one }] })
  const AssumeRolePolicyDocument = document({ Principal: { Service }, Action: 'sts:AssumeRole' })
  await clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = document({ Action: 'lambda:InvokeFunction', Resource })
  await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'call', PolicyDocument }))
}

async function permit(StatementId: string, Principal: string, SourceArn: string): Promise<void> {
  const Action = 'lambda:InvokeFunction'
  const input = { FunctionName, Qualifier: 'LIVE', StatementId, Principal, Action, SourceArn }
  await clients.lambda.send(new AddPermissionCommand(input))
}

describe('an alarm', () => {
  const AlarmName = 'orders'
  const ring = async (StateValue: 'OK' | 'ALARM') => {
    await clients.cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'test' }))
    await emulator.settled()
  }

  beforeAll(async () => {
    const metric = { Namespace: 'Acme', MetricName: 'Lost', Statistic: 'Sum', Period: 60 } as const
    const rule = {
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
    } as const
    const alarm = { AlarmName, ...metric, ...rule, AlarmActions: [address] }
    await clients.cloudwatch.send(new PutMetricAlarmCommand(alarm))
  })

  it('calls nothing that does not let it', async () => {
    await ring('ALARM')
    await ring('OK')
    expect(events).toEqual([])
    expect(emulator.serviceCalls().at(-1)?.answer).toMatchObject({
      error: expect.stringContaining('may not call'),
    })
  })

  it('calls its function once when it begins to ring, and not when it ends', async () => {
    await permit('alarms', 'lambda.alarms.cloudwatch.amazonaws.com', 'arn:aws:cloudwatch:*:*:alarm:ord*')
    await ring('ALARM')
    await ring('ALARM')
    await ring('OK')
    expect(events).toMatchObject([
      {
        source: 'aws.cloudwatch',
        accountId: '111111111111',
        region: 'us-east-1',
        alarmData: { alarmName: AlarmName, state: { value: 'ALARM' }, previousState: { value: 'OK' } },
      },
    ])
  })

  it('rings by its metric as the clock goes on, without anybody looking', async () => {
    emulator.recordMetric({ namespace: 'Acme', name: 'Lost', value: 3 })
    emulator.advanceClock(2 * 60_000)
    await emulator.settled()
    expect(events).toHaveLength(1)
  })

  it('calls nothing any more once the permission is gone', async () => {
    await ring('OK')
    const gone = { FunctionName, Qualifier: 'LIVE', StatementId: 'alarms' }
    await clients.lambda.send(new RemovePermissionCommand(gone))
    await ring('ALARM')
    expect(events).toEqual([])
  })
})

describe('a schedule', () => {
  const common = { FlexibleTimeWindow: { Mode: 'OFF' } } as const
  const at = (minutes: number) =>
    `at(${new Date(emulator.now() + minutes * 60_000).toISOString().slice(0, 19)})`
  const schedule = (Name: string, ScheduleExpression: string, more: object = {}) =>
    clients.scheduler.send(
      new CreateScheduleCommand({
        ...common,
        Name,
        ScheduleExpression,
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: address, RoleArn, Input: JSON.stringify({ called: Name }) },
        ...more,
      }),
    )

  it('for one time calls once at that time, and is gone', async () => {
    await schedule('one.time', at(10))
    emulator.advanceClock(9 * 60_000)
    await emulator.settled()
    expect(events).toEqual([])
    emulator.advanceClock(60_000)
    emulator.advanceClock(60_000)
    await emulator.settled()
    expect(events).toEqual([{ called: 'one.time' }])
    const gone = clients.scheduler.send(new GetScheduleCommand({ Name: 'one.time' }))
    expect(await refusal(gone)).toEqual({ name: 'ResourceNotFoundException', status: 404 })
  })

  it('of a rate calls each time', async () => {
    await schedule('steps', 'rate(1 minute)')
    for (let minute = 0; minute < 3; minute++) emulator.advanceClock(60_000)
    await emulator.settled()
    expect(events).toEqual(Array(3).fill({ called: 'steps' }))
  })

  it.each([
    ['the name of another', { Name: 'steps' }, refusedWith('ConflictException', 'already exists', 409)],
    [
      'a time that is none',
      { ScheduleExpression: 'at(noon)' },
      refusedWith('ValidationException', 'Invalid Schedule Expression'),
    ],
    [
      'a name with a slash',
      { Name: 'a/b' },
      refusedWith('ValidationException', 'must satisfy regular expression'),
    ],
    [
      'a long name',
      { Name: 'a'.repeat(65) },
      refusedWith('ValidationException', 'length less than or equal to 64'),
    ],
    [
      'a role that does not exist',
      { Target: { Arn: address, RoleArn: `${RoleArn}-none`, Input: '{}' } },
      refusedWith('ValidationException', 'must allow AWS EventBridge Scheduler to assume the role'),
    ],
  ])('is refused with %s', async (_, more, error) => {
    await expect(schedule('other', 'rate(1 day)', more)).rejects.toMatchObject(error)
  })

  it('calls nothing that its role may not call', async () => {
    await makeRole('others', 'scheduler.amazonaws.com', `${address}-other`)
    const Target = {
      Arn: address,
      RoleArn: 'arn:aws:iam::111111111111:role/others',
      Input: '{"called":"other"}',
    }
    await schedule('no.right', at(1), { Target })
    emulator.advanceClock(60_000)
    await emulator.settled()
    expect(events.filter(({ called }) => called === 'other')).toEqual([])
  })
})

describe('a rule', () => {
  const service = 'orders'
  const { create, register, update } = ecsCalls(() => ({ ecs: clients.ecs, service }))

  it('calls with each event of ECS that its pattern names', async () => {
    const arn = `arn:aws:ecs:us-east-1:111111111111:service/${cluster}/`
    const EventPattern = JSON.stringify({
      source: ['aws.ecs'],
      resources: [{ prefix: arn }],
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    })
    const { RuleArn = '' } = await clients.events.send(new PutRuleCommand({ Name: 'failed', EventPattern }))
    const Targets = [{ Id: 'guard', Arn: address }]
    await clients.events.send(new PutTargetsCommand({ Rule: 'failed', Targets }))
    await permit('rules', 'events.amazonaws.com', RuleArn)
    await create({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } })
    emulator.setRollout({ cluster, service, outcome: 'fails' })
    await update({ taskDefinition: await register('v2') })
    emulator.advanceClock(60_000)
    await emulator.settled()
    const ours = events.filter(({ source }) => source === 'aws.ecs')
    expect(ours).toMatchObject([
      {
        'detail-type': 'ECS Deployment State Change',
        account: '111111111111',
        resources: [`${arn}${service}`],
        detail: { eventType: 'ERROR', eventName: 'SERVICE_DEPLOYMENT_FAILED' },
      },
    ])
  })

  it('is refused with a pattern that is none', async () => {
    const rule = clients.events.send(
      new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":"aws.ecs"}' }),
    )
    await expect(rule).rejects.toMatchObject(
      refusedWith('InvalidEventPatternException', 'must be an object or an array'),
    )
  })
})
