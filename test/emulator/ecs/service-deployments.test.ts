import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import { type Emulator, startEmulator } from '../emulator.ts'
import { sampleImage } from '../sample-image.ts'
import { cluster, ecsCalls, imageAt, startWithImages } from './calls.ts'

const alarm = 'errors'
let service: string
let count = 0
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>

beforeAll(async () => {
  emulator = await startWithImages('v1')
  clients = clientsFor(emulator)
  const metric = { Namespace: 'a', MetricName: 'b', Statistic: 'Sum', Period: 60, Threshold: 1 } as const
  const rule = { EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold' } as const
  await clients.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: alarm, ...metric, ...rule }))
})
beforeEach(async () => {
  count += 1
  service = `service-${count}`
  await setAlarm('OK')
})
afterAll(() => emulator.close())

function setAlarm(StateValue: 'OK' | 'ALARM') {
  const input = { AlarmName: alarm, StateValue, StateReason: 'a test' }
  return clients.cloudwatch.send(new SetAlarmStateCommand(input))
}

const { register, create, look, update } = ecsCalls(() => ({ ecs: clients.ecs, service }))

/** Creates a service that is complete with a first task definition, and updates it to a second. */
async function updated(
  deploymentConfiguration: DeploymentConfiguration,
  before: () => unknown = () => undefined,
) {
  const [first, second] = [await register('v1'), await register('v1')]
  await create({ taskDefinition: first, desiredCount: 1, deploymentConfiguration })
  await before()
  await update({ taskDefinition: second })
  return { first, second }
}

async function deployments() {
  return (await look()).deployments
}

async function latest() {
  const listed = await clients.ecs.send(new ListServiceDeploymentsCommand({ cluster, service }))
  const [arn = ''] = (listed.serviceDeployments ?? []).map(brief => brief.serviceDeploymentArn ?? '')
  return arn
}

async function describeOne(arn: string) {
  const input = { serviceDeploymentArns: [arn] }
  const { serviceDeployments } = await clients.ecs.send(new DescribeServiceDeploymentsCommand(input))
  return serviceDeployments?.[0] ?? {}
}

describe('a service deployment', () => {
  it('is successful with its rollout, and says what it went from and to', async () => {
    const { second } = await updated({})
    const { status, sourceServiceRevisions, targetServiceRevision, finishedAt } = await describeOne(
      await latest(),
    )
    expect([status, sourceServiceRevisions?.length, finishedAt]).toEqual(['SUCCESSFUL', 1, expect.any(Date)])
    const serviceRevisionArns = [targetServiceRevision?.arn ?? '', sourceServiceRevisions?.[0]?.arn ?? '']
    const { serviceRevisions } = await clients.ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns }),
    )
    expect(serviceRevisions?.[0]).toMatchObject({
      taskDefinition: second,
      containerImages: [
        { containerName: 'app', image: imageAt('v1'), imageDigest: sampleImage('v1').digest },
      ],
    })
    expect(serviceRevisions?.[1]?.taskDefinition).not.toBe(second)
  })

  it('includes the rollback of its rollout', async () => {
    await updated({ deploymentCircuitBreaker: { enable: true, rollback: true } }, () =>
      emulator.setRollout({ cluster, service, outcome: 'fails' }),
    )
    const arn = await latest()
    const rolledBack = await describeOne(arn)
    expect(rolledBack).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'ECS deployment circuit breaker: tasks failed to start.',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    })
    expect(rolledBack.rollback?.serviceRevisionArn).toBe(rolledBack.sourceServiceRevisions?.[0]?.arn)
    expect(await latest()).toBe(arn)
  })

  it('that is on its way back goes on with it when it is stopped again', async () => {
    const slow = await startEmulator({ clusters: [cluster], ecsDeploymentMs: 60_000 })
    const { ecs } = clientsFor(slow)
    const calls = ecsCalls(() => ({ ecs, service: 'slow' }))
    const containerDefinitions = [{ name: 'app', image: 'public.ecr.aws/nginx/nginx:1', memory: 128 }]
    const register = new RegisterTaskDefinitionCommand({ family: 'slow', containerDefinitions })
    const [first, second] = [await ecs.send(register), await ecs.send(register)].map(
      ({ taskDefinition }) => taskDefinition?.taskDefinitionArn,
    )
    await calls.create({ taskDefinition: first ?? '', desiredCount: 1 })
    slow.advanceClock(60_000)
    await calls.update({ taskDefinition: second })
    const { currentServiceDeployment = '' } = await calls.look()
    const stop = () =>
      ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: currentServiceDeployment }))
    for (const _ of ['once', 'again'])
      expect(await stop()).toMatchObject({ serviceDeploymentArn: currentServiceDeployment })
    slow.advanceClock(60_000)
    expect((await calls.look()).deployments).toMatchObject([{ taskDefinition: first }])
    expect((await refusal(stop())).name).toBe('ConflictException')
    await slow.close()
  })

  it('is stopped by whoever asks, back to what ran before', async () => {
    const { first } = await updated({}, () => emulator.setRollout({ cluster, service, outcome: 'hangs' }))
    const serviceDeploymentArn = await latest()
    const stop = () => clients.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }))
    await stop()
    expect(await deployments()).toMatchObject([{ taskDefinition: first, rolloutState: 'COMPLETED' }])
    expect((await describeOne(serviceDeploymentArn)).status).toBe('ROLLBACK_SUCCESSFUL')
    expect((await refusal(stop())).name).toBe('ConflictException')
  })
})

describe('an alarm of a deployment', () => {
  const configuration = (rollback: boolean): DeploymentConfiguration => ({
    alarms: { alarmNames: [alarm], enable: true, rollback },
  })

  it('that goes off has it rolled back', async () => {
    const { first } = await updated(configuration(true), () =>
      emulator.setRollout({ cluster, service, outcome: 'hangs' }),
    )
    await setAlarm('ALARM')
    await deployments()
    expect(await deployments()).toMatchObject([{ taskDefinition: first, rolloutState: 'COMPLETED' }])
    expect((await describeOne(await latest())).alarms).toMatchObject({
      status: 'TRIGGERED',
      triggeredAlarmNames: [alarm],
    })
  })

  it('only stops it when there is no rollback', async () => {
    const { second } = await updated(configuration(false), () =>
      emulator.setRollout({ cluster, service, outcome: 'hangs' }),
    )
    await setAlarm('ALARM')
    expect((await deployments())?.[0]).toMatchObject({ taskDefinition: second, rolloutState: 'FAILED' })
  })

  it('is not watched when it was on before the deployment began', async () => {
    const { second } = await updated(configuration(true), () => setAlarm('ALARM'))
    expect(await deployments()).toMatchObject([{ taskDefinition: second, rolloutState: 'COMPLETED' }])
  })
})
