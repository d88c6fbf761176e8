import { createHash } from 'node:crypto'
import { sampleZip } from '../emulator/sample-zip.ts'
import { type Provider, startProvider } from '../provider/provider.ts'
import type { OnFinished } from './cleanup.ts'
import { printed, pushTag, putObject, storeZip, zipRecord } from './releases.ts'
import type { Outcome } from './run.ts'
import { makeSurroundings } from './surroundings.ts'
import {
  environmentsJson,
  imageService,
  makeWorld,
  type World,
  type WorldOptions,
  zipService,
} from './world.ts'

/** A world in which stacks can be planned and applied: state buckets, a cluster, and a provider for Terraform. */
export type DeployWorld = World & {
  readonly provider: Provider
  /** Releases a service's newest commit under a version, with a new artifact, and answers the commit. */
  release(service: string, version: string, more?: Record<string, string>): Promise<string>
  /** Releases a service and pins it, in staging by default. */
  pinned(service: string, version: string, environment?: string): Promise<void>
  /** Leaves what that leaves, of a zip, without running the commands. */
  ship(service: string, version: string, environment?: string, bytes?: Buffer): Promise<void>
}

const account = environmentsJson.artifacts.account
const region = environmentsJson.artifacts.region
const listener = (name: string) =>
  `arn:aws:elasticloadbalancing:${region}:${account}:listener/app/${name}/50dc6c495c0c9188/f2f7dc8efc522ab2`
const place = {
  account,
  region,
  network: { vpc: 'vpc-0a1b2c', subnets: ['subnet-0a1b2c', 'subnet-0d1e2f'], securityGroups: ['sg-0a1b2c'] },
  cluster: 'shared',
}

/** The environments of a world whose every account is the same one. */
export const deployEnvironments = {
  ...environmentsJson,
  environments: {
    staging: { ...place, listener: listener('staging'), deploy: 'auto' },
    prod: { ...place, listener: listener('prod'), deploy: 'manual', preReleases: false },
  },
}

/** The settings with which the services of such a world run. */
export const routed = { port: 8080, route: { priority: 10, paths: ['/a/*'] } }

/** Makes such a world, with `service-a` (behind the load balancer) and `service-b` (a Lambda from a zip). */
export async function makeDeployWorld(options: WorldOptions = {}): Promise<DeployWorld> {
  const files = options.files ?? {
    ...imageService('service-a', { settings: routed }),
    ...zipService('service-b', { settings: { variables: { GREETING: 'hello' } } }),
  }
  const environments = { 'cdktf/environments.json': JSON.stringify(deployEnvironments) }
  const world = await makeWorld({
    ...options,
    files: { ...files, ...environments, '.gitignore': 'dist\ncdktf.out\n' },
  })
  const provider = await startProvider({ endpoint: world.emulator.url })
  const { onFinished } = options
  onFinished?.(() => provider.close())
  Object.assign(world.env, provider.env)
  makeSurroundings(world.emulator, Object.values(deployEnvironments.environments))
  expectDone(await world.waybill('bootstrap', { ENV: 'staging' }))
  const release: DeployWorld['release'] = async (service, version, more = {}) => {
    const commit = await world.commit(
      { [`services/${service}/main.txt`]: `${service} ${version}\n`, ...more },
      `Make ${service} ${version}`,
    )
    if (files[`services/${service}/Dockerfile`] === undefined) await storeZip(world, service, commit)
    else await world.storeImage(service, commit)
    await pushTag(world, `${service}-v${version}`, commit)
    expectDone(await world.waybill('promote', { TAG: `${service}-v${version}` }))
    return commit
  }
  return {
    ...world,
    provider,
    release,
    ship: (service, version, environment = 'staging', bytes = sampleZip(`${service}-v${version}`)) =>
      ship(world, { service, version, environment, bytes }),
    async pinned(service, version, environment = 'staging') {
      await release(service, version)
      expectDone(
        await world.waybill('pin', { ENV: environment, TAG: `${service}-v${version}`, ALLOW_OLDER: '1' }),
      )
      await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    },
  }
}

/** Makes such a world with one service, a Lambda from a zip: `service-b`, whose 1.0.0 is pinned in staging. */
export async function makeShippedZip(onFinished: OnFinished): Promise<DeployWorld> {
  const world = await makeDeployWorld({ files: zipService('service-b'), repositories: [], onFinished })
  await world.ship('service-b', '1.0.0')
  return world
}

type Shipped = {
  readonly service: string
  readonly version: string
  readonly environment: string
  readonly bytes: Buffer
}

async function ship(world: World, { service, version, environment, bytes }: Shipped): Promise<void> {
  const tag = `${service}-v${version}`
  const commit = await world.commit({ [`services/${service}/main.txt`]: `${tag}\n` }, `Make ${tag}`)
  const hash = createHash('sha256').update(bytes)
  const sha256 = hash.copy().digest('hex')
  const tagObject = await pushTag(world, tag, commit)
  await putObject(world, `releases/${tag}.zip`, bytes, hash.digest('base64'))
  await putObject(world, `releases/${tag}.json`, zipRecord(tag, { tagObject, commit, sha256 }))
  const pin = printed({ tag, commit, sha256 })
  await world.commit({ [`cdktf/pins/${environment}/${service}.json`]: pin }, `Pin ${tag} in ${environment}`)
}

/** Fails with what a command has said unless it ended well. */
export function expectDone(outcome: Outcome): Outcome {
  if (outcome.code !== 0) throw new Error(`ended with ${outcome.code}: ${outcome.stderr}${outcome.stdout}`)
  return outcome
}
