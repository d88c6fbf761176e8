import { DescribeServicesCommand } from '@aws-sdk/client-ecs'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { clientsFor } from '../emulator/clients.ts'
import type { OnFinished } from './cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from './deploy.ts'
import type { Outcome } from './run.ts'
import { type WorldOptions, zipService } from './world.ts'

/** A service of a world that is deployed to staging and taken back there. */
export type TakenBack = {
  readonly name: string
  /** The number of the revision that has the traffic. */
  runs(world: DeployWorld): Promise<string | undefined>
  /** Releases a version and pins it in staging. */
  release(world: DeployWorld, version: string): Promise<void>
}

/** A function. */
export const functionB: TakenBack = {
  name: 'service-b',
  async runs({ emulator }) {
    const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
    return (await clientsFor(emulator).lambda.send(new GetAliasCommand(alias))).FunctionVersion
  },
  release: (world, version) => world.ship('service-b', version),
}

/** A service of ECS. */
export const ecsA: TakenBack = {
  name: 'service-a',
  async runs({ emulator }) {
    const asked = { cluster: 'shared', services: ['service-a-staging'] }
    const { services = [] } = await clientsFor(emulator).ecs.send(new DescribeServicesCommand(asked))
    return services[0]?.taskDefinition?.replace(/^.*:/, '')
  },
  release: (world, version) => world.pinned('service-a', version),
}

/** A world in which versions of a service were deployed to staging, one after the other. */
export async function deployedWorld(
  service: TakenBack,
  versions: readonly string[],
  options: WorldOptions,
): Promise<DeployWorld> {
  const world = await makeDeployWorld(options)
  for (const version of versions) await deployVersion(world, service, version)
  return world
}

/** A world of one function, whose versions were deployed to staging, one after the other. */
export async function deployedFunction(
  versions: readonly string[],
  onFinished: OnFinished,
): Promise<DeployWorld> {
  return await deployedWorld(functionB, versions, {
    files: zipService('service-b'),
    repositories: [],
    onFinished,
  })
}

/** Releases a version and deploys it to staging. */
export async function deployVersion(
  world: DeployWorld,
  { name, release }: TakenBack,
  version: string,
): Promise<void> {
  await pull(world)
  await release(world, version)
  expectDone(await world.waybill('deploy', { ENV: 'staging', SERVICE: name }))
}

/** Takes a service back. */
export function takeBack(
  world: DeployWorld,
  { name }: Pick<TakenBack, 'name'>,
  more: Readonly<Record<string, string>> = {},
  extra: Parameters<DeployWorld['waybill']>[2] = {},
): Promise<Outcome> {
  const options = { ENV: 'staging', SERVICE: name, REASON: 'loses orders', CONFIRM: name, ...more }
  return world.waybill('rollback', options, extra)
}

/** The tag that a service is pinned to in staging, on the remote. */
export async function pinnedTag(world: DeployWorld, { name }: Pick<TakenBack, 'name'>): Promise<string> {
  const text = await world.git(['show', `main:cdktf/pins/staging/${name}.json`], world.remote)
  return JSON.parse(text).tag
}

/** Brings what was pushed into the clone. */
export async function pull(world: DeployWorld): Promise<void> {
  await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
}
