import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Stores } from '../../scripts/adapters/artifacts.ts'
import { systemClock } from '../../scripts/adapters/clock.ts'
import { connectEcr } from '../../scripts/adapters/ecr.ts'
import type { Rollout, RolloutTools } from '../../scripts/adapters/rollout-tools.ts'
import { rollOut, rolloutTools } from '../../scripts/adapters/rollouts.ts'
import type { Digest } from '../../scripts/core/digest.ts'
import { parseTag, type ReleaseTag } from '../../scripts/core/release-tag.ts'
import type { ServiceName } from '../../scripts/core/service-name.ts'
import type { StackOutputs } from '../../scripts/core/synth-input.ts'
import { UserError } from '../../scripts/core/user-error.ts'
import { ecrCalls } from '../emulator/calls.ts'
import { clientsFor } from '../emulator/clients.ts'
import { type Emulator, type FaultKind, startEmulator } from '../emulator/emulator.ts'
import { pushImage, sampleImage } from '../emulator/sample-image.ts'
import { sample } from '../support/sample.ts'

const account = '111111111111'
const region = 'us-east-1'
const cluster = 'main'
const image = (version: string) => sampleImage(version)
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>
let count = 0

beforeAll(async () => {
  emulator = await startEmulator({ clusters: [cluster], account, region })
  for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value)
  clients = clientsFor(emulator)
  await ecrCalls(() => clients.ecr).repository('images')
  for (const version of ['1.0.0', '1.1.0'])
    await pushImage(clients.ecr, 'images', image(version), `service-a-v${version}`)
})
afterAll(async () => {
  // Files that this worker runs later are to see nothing of it.
  vi.unstubAllEnvs()
  await emulator.close()
})

/** What a deploy has applied, and where the traffic goes. */
type Applied = Rollout & { runs(): Promise<string | undefined>; name: string; wanted: string }

function rollout(kind: 'zip' | 'image', outputs: StackOutputs): Rollout {
  const tag = 'service-a-v1.1.0'
  const commit = 'c'.repeat(40) as Rollout['record']['commit']
  const common = { schema: 1, tag: parseTag(tag) as ReleaseTag, tagObject: commit, commit } as const
  const digest = image('1.1.0').digest as Digest
  const artifact =
    kind === 'zip'
      ? ({ type: 'zip', key: `releases/${tag}.zip`, sha256: '5'.repeat(64) } as const)
      : ({ type: 'image', repository: 'images', tag, digest } as const)
  const pin = { tag, commit, digest }
  const target = { service: 'service-a' as ServiceName, environment: 'staging', pin, pinText: '' }
  return { target, outputs, record: { ...common, sourceCommit: commit, artifact } }
}

/** A function whose version 2 was just published; its alias is at version 1. */
async function lambdaApplied(): Promise<Applied> {
  const FunctionName = `function-${++count}`
  const { lambda } = clients
  const Role = `arn:aws:iam::${account}:role/one`
  const settings = { Role, Runtime: 'nodejs24.x', Handler: 'a.b', Publish: true } as const
  await lambda.send(
    new CreateFunctionCommand({ FunctionName, ...settings, Code: { ZipFile: Buffer.from('1') } }),
  )
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: Buffer.from('2'), Publish: true }))
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'STAGING', FunctionVersion: '1' }))
  const outputs = {
    kind: 'lambda',
    functionName: FunctionName,
    version: '2',
    live: 'STAGING',
    stable: 'STAGING_STABLE',
    tag: 'service-a-v1.1.0',
  } as const
  const runs = async () =>
    (await lambda.send(new GetAliasCommand({ FunctionName, Name: 'STAGING' }))).FunctionVersion
  return { ...rollout('zip', outputs), runs, name: FunctionName, wanted: '2' }
}

async function register(family: string, tag: string): Promise<string> {
  const image = `${account}.dkr.ecr.${region}.amazonaws.com/images:${tag}`
  const { taskDefinition } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({ family, containerDefinitions: [{ name: 'service-a', image }] }),
  )
  return taskDefinition?.taskDefinitionArn ?? ''
}

/** A service whose second task definition was just registered; it runs the first. */
async function ecsApplied(desiredCount = 2): Promise<Applied> {
  const serviceName = `service-${++count}`
  const { ecs } = clients
  const first = await register(serviceName, 'service-a-v1.0.0')
  const deploymentCircuitBreaker = { enable: true, rollback: true }
  const deploymentConfiguration = { deploymentCircuitBreaker }
  const input = { cluster, serviceName, desiredCount, taskDefinition: first, deploymentConfiguration }
  await ecs.send(new CreateServiceCommand(input))
  await ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] }))
  const wanted = await register(serviceName, 'service-a-v1.1.0')
  const outputs = {
    kind: 'ecs',
    cluster,
    serviceName,
    taskDefinition: wanted,
    tag: 'service-a-v1.1.0',
  } as const
  const runs = async () => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] }))
    return services?.[0]?.deployments?.find(({ status }) => status === 'PRIMARY')?.taskDefinition
  }
  return { ...rollout('image', outputs), runs, name: serviceName, wanted }
}

const neverStopped = new AbortController().signal

/** `timeoutMs` is how long an answer may take: short where one is not to come. */
function tools({
  timeoutMs = 20_000,
  ...more
}: Partial<Pick<RolloutTools, 'waitMs' | 'signal'> & { timeoutMs: number }> = {}): RolloutTools {
  const settings = {
    section: 'environments.staging',
    account,
    region,
    pathStyle: true,
    putImagePerSecond: 10,
    timeoutMs,
  }
  const stores = { ecr: () => connectEcr(settings, systemClock) } as Stores
  return rolloutTools(settings, { stores, clock: systemClock, signal: neverStopped, waitMs: 20_000, ...more })
}

/** The writes on a function or service that were asked for so far. */
function writes({ name }: Applied): string[] {
  const all = emulator.requests().filter(({ write, resource }) => write && resource.includes(name))
  return all.map(({ operation }) => operation).filter(name => /^(UpdateAlias|UpdateService)$/.test(name))
}

const kinds = { 'the alias of a function': lambdaApplied, 'the service of ECS': ecsApplied }

describe.each(Object.entries(kinds))('%s', (_, applied) => {
  it('is moved to what was applied, once', async () => {
    const one = await applied()
    expect(await rollOut(tools(), one)).toBe('moved')
    expect(await one.runs()).toBe(one.wanted)
    expect(await rollOut(tools(), one)).toBe('already done')
    expect(writes(one)).toHaveLength(1)
  })
})

const operations = {
  lambda: ['GetAlias', 'GetFunction', 'UpdateAlias'],
  ecs: ['DescribeServices', 'UpdateService', 'ListTasks', 'DescribeTasks'],
} as const
const faults: readonly FaultKind[] = [
  'throttle',
  'error500',
  'access-denied',
  'expired-token',
  'reset-before',
  'reset-after',
  'timeout-after',
  'cut-body',
  'truncated-200',
  'error-in-200',
  'empty-200',
]
const struck = Object.entries(operations).flatMap(([kind, names]) =>
  names.flatMap(operation =>
    faults.flatMap(fault =>
      ([1, 3] as const).map(times => ({ kind: kind as 'lambda' | 'ecs', operation, fault, times })),
    ),
  ),
)
const isWrite = (operation: string) => /^Update/.test(operation)
// A read that is tried again is the SDK's affair; one whose answer cannot be used is ours.
const chosen = sample(
  'faults of a pointer move',
  struck,
  ({ operation, fault, times }) => isWrite(operation) || (times === 3 && /200|denied/.test(fault)),
)

describe.concurrent('a request of the pointer move that fails', () => {
  it.each(chosen)('$operation: $fault, $times times', { timeout: 30_000 }, async one => {
    const applied = await (one.kind === 'lambda' ? lambdaApplied() : ecsApplied())
    const clear = strike(applied, one)
    const outcome = await rollOut(tools({ timeoutMs: 250 }), applied).catch((error: unknown) => error)
    clear()
    if (outcome instanceof UserError) expect(['cloud', 'badInput']).toContain(outcome.refusal)
    else expect([outcome, await applied.runs()]).toEqual(['moved', applied.wanted])
    await rollOut(tools(), applied)
    expect(await applied.runs()).toBe(applied.wanted)
    expect(await rollOut(tools(), applied)).toBe('already done')
  })
})

/** Lets requests on what was applied fail, and nothing else. */
function strike(
  { name }: Applied,
  { operation, fault, times }: { operation: string; fault: FaultKind; times: number },
) {
  const isMeant = (asked: { operation: string; resource: string }) =>
    asked.operation === operation && asked.resource.includes(name)
  return emulator.inject({ operation: isMeant, kind: fault, times })
}

/** Does something just before a request is applied, the first one unless told. */
function meanwhile(
  { name }: Applied,
  operation: string,
  act: () => unknown,
  more: { times?: number; skip?: number } = {},
) {
  emulator.inject({
    operation: asked => asked.operation === operation && asked.resource.includes(name),
    kind: 'delay',
    delayMs: 0,
    times: 1,
    ...more,
    action: async () => void (await act()),
  })
}

function moveByHand({ name }: Applied, FunctionVersion: string, share = 0) {
  const AdditionalVersionWeights = share === 0 ? {} : { '2': share }
  const RoutingConfig = { AdditionalVersionWeights }
  return clients.lambda.send(
    new UpdateAliasCommand({ FunctionName: name, Name: 'STAGING', FunctionVersion, RoutingConfig }),
  )
}

describe('an alias that somebody else moves at the same time', () => {
  it('is moved all the same, after another look', async () => {
    const one = await lambdaApplied()
    meanwhile(one, 'UpdateAlias', () => moveByHand(one, '1', 0.5))
    expect(await rollOut(tools(), one)).toBe('moved')
    expect(await one.runs()).toBe('2')
  })

  it('is left to whoever has sent its traffic elsewhere', async () => {
    const one = await lambdaApplied()
    meanwhile(one, 'UpdateAlias', () => moveByHand(one, '$LATEST'))
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    expect(error).toMatchObject({ refusal: 'refused', message: expect.stringContaining('by somebody else') })
    expect(await one.runs()).toBe('$LATEST')
  })

  it('is left alone when it never stands still', async () => {
    const one = await lambdaApplied()
    let isMoving = false
    const act = async () => {
      // The request of this move itself comes by here, too.
      if (isMoving) return
      isMoving = true
      await moveByHand(one, '1', 0.5)
      isMoving = false
    }
    meanwhile(one, 'UpdateAlias', act, { times: Number.POSITIVE_INFINITY })
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    expect(error).toMatchObject({ refusal: 'refused', message: expect.stringContaining('by somebody else') })
    expect(await one.runs()).toBe('1')
  })
})

describe('a deployment of ECS', () => {
  const settle = (outcome: 'fails' | 'hangs', { name }: Applied) =>
    emulator.setRollout({ cluster, service: name, outcome, times: 1 })

  it('that the circuit breaker rolls back is a failure, with what ECS said, though the service is stable', async () => {
    const one = await ecsApplied()
    settle('fails', one)
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    expect(error).toMatchObject({
      refusal: 'rolledBack',
      message: expect.stringContaining('rolled back by ECS'),
    })
    expect((error as UserError).reason).toMatch(/circuit breaker/)
    expect((error as UserError).reason).toContain(`${one.name}:1 runs`)
    // The next attempt is one of its own.
    expect(await rollOut(tools(), one)).toBe('moved')
  })

  it('that takes too long is not given up: the next run waits for the same one', async () => {
    const one = await ecsApplied()
    settle('hangs', one)
    const error = await rollOut(tools({ waitMs: 300 }), one).catch((error: UserError) => error)
    expect(error).toMatchObject({
      refusal: 'cloud',
      message: expect.stringMatching(/stopped waiting for the deployment/),
    })
    const complete = () => emulator.setRollout({ cluster, service: one.name, outcome: 'completes' })
    meanwhile(one, 'DescribeServices', complete, { skip: 1 })
    expect(await rollOut(tools(), one)).toBe('moved')
    expect(writes(one)).toEqual(['UpdateService'])
  })

  it('is no longer waited for when the run is asked to end', async () => {
    const one = await ecsApplied()
    settle('hangs', one)
    const stop = new AbortController()
    meanwhile(one, 'UpdateService', async () => stop.abort())
    const error = await rollOut(tools({ signal: stop.signal }), one).catch((error: UserError) => error)
    expect(error).toMatchObject({ refusal: 'cloud', reason: 'this run was asked to end' })
  })

  it('of a service that wants no task is done without one', async () => {
    const one = await ecsApplied(0)
    expect(await rollOut(tools(), one)).toBe('moved')
  })

  it('whose tasks have another digest than the release is refused', async () => {
    const one = await ecsApplied()
    const other = sampleImage('another').digest as Digest
    const artifact = { ...one.record.artifact, digest: other } as Rollout['record']['artifact']
    const outcome = rollOut(tools(), { ...one, record: { ...one.record, artifact } })
    await expect(outcome).rejects.toMatchObject({
      refusal: 'refused',
      message: 'service-a in staging does not run what was released as service-a-v1.1.0',
      reason: expect.stringContaining(other),
    })
  })

  it('of a service that was deleted by hand says so', async () => {
    const one = await ecsApplied()
    await clients.ecs.send(new DeleteServiceCommand({ cluster, service: one.name, force: true }))
    await expect(rollOut(tools(), one)).rejects.toMatchObject({
      refusal: 'refused',
      reason: `the cluster main has no running service ${one.name}`,
    })
  })

  it('that AWS refuses is no rollback, also when an older deployment has the same task definition', async () => {
    const one = await ecsApplied()
    await rollOut(tools(), one)
    // Back to the first, while tasks of the second still run.
    settle('hangs', one)
    const first = one.wanted.replace(/2$/, '1')
    await clients.ecs.send(new UpdateServiceCommand({ cluster, service: one.name, taskDefinition: first }))
    const clear = strike(one, { operation: 'UpdateService', fault: 'access-denied', times: 1 })
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    clear()
    expect(error).toMatchObject({
      refusal: 'badInput',
      message: expect.stringMatching(/^cannot give service-/),
    })
  })
})
