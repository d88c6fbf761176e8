import {
  CreateServiceCommand,
  DescribeServicesCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { vi } from 'vitest'
import { connectEcr } from '../../scripts/artifacts/io/ecr.ts'
import type { Stores } from '../../scripts/artifacts/io/stores.ts'
import { systemClock } from '../../scripts/base/io/clock.ts'
import type { Digest } from '../../scripts/names/digest.ts'
import { parseTag, type ReleaseTag } from '../../scripts/names/release-tag.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import type { StackOutputs } from '../../scripts/stack/synth-input.ts'
import { ecrCalls } from '../emulator/calls.ts'
import { clientsFor } from '../emulator/clients.ts'
import { type Emulator, type FaultKind, type LoggedRequest, startEmulator } from '../emulator/emulator.ts'
import { createTwoVersions } from '../emulator/lambda/calls.ts'
import { pushImage, sampleImage } from '../emulator/sample-image.ts'

const account = '111111111111'
const region = 'us-east-1'
let count = 0

/** An AWS to roll out in, which the environment variables of this process name until it is closed. */
export type Stand = {
  readonly emulator: Emulator
  readonly clients: ReturnType<typeof clientsFor>
  close(): Promise<void>
}

/** Starts such an AWS, with two images. */
export async function startStand(): Promise<Stand> {
  const emulator = await startEmulator({ account, region })
  for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value)
  const clients = clientsFor(emulator)
  await ecrCalls(() => clients.ecr).repository('images')
  for (const version of ['1.0.0', '1.1.0'])
    await pushImage(clients.ecr, 'images', sampleImage(version), `service-a-v${version}`)
  const close = async () => {
    // Files that this worker runs later are to see nothing of it.
    vi.unstubAllEnvs()
    await emulator.close()
  }
  return { emulator, clients, close }
}

/** What a deploy has applied, and where the traffic goes. */
export type Applied = Rollout & {
  emulator: Emulator
  runs(): Promise<string | undefined>
  name: string
  wanted: string
}

function rollout(kind: 'zip' | 'image', outputs: StackOutputs): Rollout {
  const tag = 'service-a-v1.1.0'
  const commit = 'c'.repeat(40) as Rollout['record']['commit']
  const common = { schema: 1, tag: parseTag(tag) as ReleaseTag, tagObject: commit, commit } as const
  const digest = sampleImage('1.1.0').digest as Digest
  const artifact =
    kind === 'zip'
      ? ({ type: 'zip', key: `releases/${tag}.zip`, sha256: '5'.repeat(64) } as const)
      : ({ type: 'image', repository: 'images', tag, digest } as const)
  const pin = { tag, commit, digest }
  const target = { service: 'service-a' as ServiceName, environment: 'staging', pin, pinText: '' }
  return { target, outputs, record: { ...common, sourceCommit: commit, artifact } }
}

/** A function whose version 2 was just published; its alias is at version 1. */
export async function lambdaApplied({ emulator, clients }: Stand): Promise<Applied> {
  const FunctionName = `function-${++count}`
  const { lambda } = clients
  await createTwoVersions(clients, { FunctionName, Name: 'STAGING' })
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
  return { ...rollout('zip', outputs), emulator, runs, name: FunctionName, wanted: '2' }
}

/** Registers a task definition of an image, and answers its ARN. */
export async function register(ecs: ECSClient, family: string, tag: string): Promise<string> {
  const image = `${account}.dkr.ecr.${region}.amazonaws.com/images:${tag}`
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: [{ name: 'service-a', image, memory: 128 }],
    }),
  )
  return taskDefinition?.taskDefinitionArn ?? ''
}

/** A service whose second task definition was just registered; it runs the first. */
export async function ecsApplied({ emulator, clients }: Stand, desiredCount = 2): Promise<Applied> {
  const serviceName = `service-${++count}`
  // One of its own, since a request for tasks names the cluster alone.
  const cluster = serviceName
  emulator.ensureCluster(cluster)
  const { ecs } = clients
  const first = await register(ecs, serviceName, 'service-a-v1.0.0')
  const deploymentCircuitBreaker = { enable: true, rollback: true }
  const deploymentConfiguration = { deploymentCircuitBreaker }
  const input = { cluster, serviceName, desiredCount, taskDefinition: first, deploymentConfiguration }
  await ecs.send(new CreateServiceCommand(input))
  await ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] }))
  const wanted = await register(ecs, serviceName, 'service-a-v1.1.0')
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
  return { ...rollout('image', outputs), emulator, runs, name: serviceName, wanted }
}

const neverStopped = new AbortController().signal

/** `timeoutMs` is how long an answer may take: short where one is not to come. */
export function tools({
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

type Asked = Pick<LoggedRequest, 'operation' | 'resource'>

/** Picks the requests on what was applied: `function-1`, and not `function-12`. */
function isOn({ name }: Applied) {
  return ({ resource }: Asked) => resource.split(/[:/]/).includes(name)
}

/** The writes on a function or service that were asked for so far. */
export function writes(one: Applied): string[] {
  const all = one.emulator.requests().filter(isOn(one))
  return all.map(({ operation }) => operation).filter(name => /^(UpdateAlias|UpdateService)$/.test(name))
}

/** Lets requests on what was applied fail, and nothing else. */
export function strike(
  one: Applied,
  { operation, fault, times }: { operation: string; fault: FaultKind; times: number },
) {
  const isMeant = (asked: Asked) => asked.operation === operation && isOn(one)(asked)
  return one.emulator.inject({ operation: isMeant, kind: fault, times })
}

/** The faults that have struck what was applied. */
export function strikes(one: Applied): string[] {
  return one.emulator
    .requests()
    .filter(isOn(one))
    .flatMap(({ operation, fault }) => (fault === undefined ? [] : `${operation}: ${fault}`))
}

/** Does something just before a request is applied, the first one unless told. */
export function meanwhile(
  one: Applied,
  operation: string,
  act: () => unknown,
  more: { times?: number; skip?: number } = {},
) {
  one.emulator.inject({
    operation: asked => asked.operation === operation && isOn(one)(asked),
    kind: 'delay',
    delayMs: 0,
    times: 1,
    ...more,
    action: async () => void (await act()),
  })
}
