import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { pushImage, sampleImage } from '../sample-image.ts'
import { cluster, ecsCalls, imageAt, startWithImages } from './calls.ts'

let service: string
let count = 0
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>

beforeAll(async () => {
  emulator = await startWithImages('v1', 'v2')
  clients = clientsFor(emulator)
})
beforeEach(() => {
  count += 1
  service = `service-${count}`
})
afterAll(() => emulator.close())

const { register, create, look, update } = ecsCalls(() => ({ ecs: clients.ecs, service }))

async function tasks() {
  const { taskArns = [] } = await clients.ecs.send(new ListTasksCommand({ cluster, serviceName: service }))
  return (await clients.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? []
}

async function runs(): Promise<(string | undefined)[]> {
  return (await tasks()).map(({ taskDefinitionArn }) => taskDefinitionArn)
}

describe('a deployment', () => {
  it('begins with a new task definition and is complete when it is looked at', async () => {
    const first = await create()
    const before = (await look()).deployments?.[0]
    const second = await register('v2')
    const { service: updated } = await update({ taskDefinition: second })
    expect(updated?.deployments).toMatchObject([
      {
        status: 'PRIMARY',
        taskDefinition: second,
        rolloutState: 'IN_PROGRESS',
        runningCount: 0,
        pendingCount: 2,
      },
      { status: 'ACTIVE', taskDefinition: first, runningCount: 2 },
    ])
    const { deployments, runningCount, taskDefinition, events } = await look()
    expect(deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }])
    expect(deployments?.[0]?.id).toMatch(/^ecs-svc\/\d+$/)
    expect(deployments?.[0]?.id).not.toBe(before?.id)
    expect([runningCount, taskDefinition]).toEqual([2, second])
    expect(events?.[0]?.message).toBe(`(service ${service}) has reached a steady state.`)
    expect(await runs()).toEqual([second, second])
  })

  it('begins when it is forced, and not with the same task definition or another count', async () => {
    const taskDefinition = await create()
    const id = async () => (await look()).deployments?.[0]?.id
    const first = await id()
    await update({ taskDefinition, desiredCount: 3 })
    expect([await id(), (await runs()).length]).toEqual([first, 3])
    await update({ forceNewDeployment: true })
    expect(await id()).not.toBe(first)
  })

  it('runs the digest that the tag had when it began', async () => {
    await pushImage(clients.ecr, 'images', sampleImage('before'), 'moving')
    await create({ taskDefinition: await register('moving') })
    await pushImage(clients.ecr, 'images', sampleImage('after'), 'moving')
    const digests = async () =>
      new Set((await tasks()).flatMap(task => task.containers?.map(({ imageDigest }) => imageDigest)))
    expect(await digests()).toEqual(new Set([sampleImage('before').digest]))
    await update({ desiredCount: 4 })
    expect(await digests()).toEqual(new Set([sampleImage('before').digest]))
    await update({ forceNewDeployment: true })
    expect(await digests()).toEqual(new Set([sampleImage('after').digest]))
  })

  it('takes as long as it is told', async () => {
    const slow = await startEmulator({ clusters: [cluster], ecsDeploymentMs: 600_000 })
    const { ecs } = clientsFor(slow)
    const image = 'docker.io/library/nginx:1'
    const containerDefinitions = [{ name: 'app', image, memory: 128 }]
    const register = new RegisterTaskDefinitionCommand({ family: 'slow', containerDefinitions })
    await ecs.send(register)
    const input = { cluster, serviceName: 'slow', taskDefinition: 'slow', desiredCount: 1 }
    await ecs.send(new CreateServiceCommand(input))
    const state = async () => {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['slow'] }))
      return services?.[0]?.deployments?.map(({ rolloutState }) => rolloutState)
    }
    expect([await state(), await state()]).toEqual([['IN_PROGRESS'], ['IN_PROGRESS']])
    slow.advanceClock(600_000)
    expect(await state()).toEqual(['COMPLETED'])
    await slow.close()
  })
})

describe('a deployment that fails', () => {
  const breaker = (rollback: boolean): DeploymentConfiguration => ({
    deploymentCircuitBreaker: { enable: true, rollback },
  })

  it('is rolled back by the circuit breaker, so that waiting for stability succeeds', async () => {
    const first = await create({ deploymentConfiguration: breaker(true) })
    const second = await register('v2')
    emulator.setRollout({ cluster, service, outcome: 'fails' })
    await update({ taskDefinition: second })
    expect((await look()).deployments).toMatchObject([
      { status: 'PRIMARY', taskDefinition: first, rolloutState: 'IN_PROGRESS' },
      {
        status: 'ACTIVE',
        taskDefinition: second,
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
        failedTasks: 3,
      },
      { status: 'ACTIVE', taskDefinition: first, runningCount: 2 },
    ])
    const waiter = { client: clients.ecs, maxWaitTime: 50, minDelay: 0.05, maxDelay: 0.05 }
    expect((await waitUntilServicesStable(waiter, { cluster, services: [service] })).state).toBe('SUCCESS')
    expect((await look()).deployments).toMatchObject([{ taskDefinition: first, rolloutState: 'COMPLETED' }])
    expect(await runs()).toEqual([first, first])
  })

  it('stays failed when the circuit breaker does not roll back, and what ran before goes on', async () => {
    const first = await create({ deploymentConfiguration: breaker(false) })
    emulator.setRollout({ cluster, service, outcome: 'fails', times: 1 })
    const second = await register('v2')
    await update({ taskDefinition: second })
    for (const deployments of [(await look()).deployments, (await look()).deployments]) {
      expect(deployments).toMatchObject([
        { status: 'PRIMARY', taskDefinition: second, rolloutState: 'FAILED', runningCount: 0 },
        { status: 'ACTIVE', taskDefinition: first, runningCount: 2 },
      ])
    }
    await update({ forceNewDeployment: true })
    expect((await look()).deployments).toMatchObject([{ taskDefinition: second, rolloutState: 'COMPLETED' }])
  })

  it('never ends without a circuit breaker', async () => {
    const first = await create()
    emulator.setRollout({ cluster, service, outcome: 'fails' })
    await update({ taskDefinition: await register('v2') })
    await look()
    const { deployments } = await look()
    expect(deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 3 })
    expect(await runs()).toEqual([first, first])
  })

  it('hangs until it is let go', async () => {
    await create({ deploymentConfiguration: breaker(true) })
    emulator.setRollout({ cluster, service, outcome: 'hangs' })
    const second = await register('v2')
    await update({ taskDefinition: second })
    await look()
    expect((await look()).deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', pendingCount: 2 }, {}])
    emulator.setRollout({ cluster, service, outcome: 'completes' })
    expect((await look()).deployments).toMatchObject([{ taskDefinition: second, rolloutState: 'COMPLETED' }])
  })

  it('fails by itself when its image does not exist', async () => {
    const first = await create({ deploymentConfiguration: breaker(true) })
    await update({ taskDefinition: await register('absent') })
    await look()
    const { deployments, events } = await look()
    expect(deployments).toMatchObject([{ taskDefinition: first, rolloutState: 'COMPLETED' }])
    const messages = events?.map(({ message }) => message).join('\n')
    expect(messages).toContain(`CannotPullContainerError: ${imageAt('absent')}: not found`)
  })

  it('has nothing to go back to when it is the first', async () => {
    emulator.setRollout({ cluster, service, outcome: 'fails' })
    await create({ deploymentConfiguration: breaker(true) })
    const { deployments, runningCount } = await look()
    expect([deployments?.length, deployments?.[0]?.rolloutState, runningCount]).toEqual([1, 'FAILED', 0])
  })
})

describe('a service', () => {
  it('is not given a task definition that is inactive or does not exist', async () => {
    await create()
    const taskDefinition = await register('v2')
    await clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }))
    await expect(update({ taskDefinition })).rejects.toThrow('TaskDefinition is inactive')
    expect(await refusal(update({ taskDefinition: 'nothing:1' }))).toEqual({
      name: 'ClientException',
      status: 400,
    })
  })

  it('needs a cluster', async () => {
    const taskDefinition = await register('v1')
    const input = { cluster: 'absent', serviceName: service, taskDefinition, desiredCount: 1 }
    const call = clients.ecs.send(new CreateServiceCommand(input))
    expect(await refusal(call)).toEqual({ name: 'ClusterNotFoundException', status: 400 })
  })

  it('returns the configuration of its deployments, whatever its strategy', async () => {
    const deploymentConfiguration = {
      strategy: 'CANARY',
      bakeTimeInMinutes: 5,
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
      minimumHealthyPercent: 50,
    } as const
    await create({ deploymentConfiguration })
    expect((await look()).deploymentConfiguration).toMatchObject({
      ...deploymentConfiguration,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: false },
    })
  })

  it('that is missing is said to be, beside those that are there; at most 10 are asked for', async () => {
    await create()
    const ask = (services: string[]) => clients.ecs.send(new DescribeServicesCommand({ cluster, services }))
    const { services, failures } = await ask([service, 'absent'])
    expect([services?.length, failures]).toEqual([
      1,
      [{ arn: 'arn:aws:ecs:us-east-1:111111111111:service/main/absent', reason: 'MISSING' }],
    ])
    expect((await refusal(ask(Array(11).fill(service)))).name).toBe('InvalidParameterException')
  })

  it('is deleted when it is scaled to 0 or by force, and can then be re-created', async () => {
    await create()
    const remove = (force: boolean) => clients.ecs.send(new DeleteServiceCommand({ cluster, service, force }))
    expect((await refusal(remove(false))).name).toBe('InvalidParameterException')
    await remove(true)
    expect((await look()).status).toBe('INACTIVE')
    expect((await refusal(update({ desiredCount: 1 }))).name).toBe('ServiceNotActiveException')
    await create()
    const { serviceArns } = await clients.ecs.send(new ListServicesCommand({ cluster }))
    expect(serviceArns?.filter(arn => arn.endsWith(`/${service}`))).toHaveLength(1)
    expect((await look()).status).toBe('ACTIVE')
  })
})

it('logs a service as cluster/service', async () => {
  await create()
  emulator.clearRequests()
  await look()
  await update({ desiredCount: 1 })
  await register('v2')
  expect(
    emulator.requests().map(request => [request.service, request.operation, request.resource, request.write]),
  ).toEqual([
    ['ecs', 'DescribeServices', `main/${service}`, false],
    ['ecs', 'UpdateService', `main/${service}`, true],
    ['ecs', 'RegisterTaskDefinition', service, true],
  ])
})
