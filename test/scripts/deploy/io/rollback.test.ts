import { rename } from 'node:fs/promises'
import { DescribeServicesCommand } from '@aws-sdk/client-ecs'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RollbackAnswer } from '../../../../scripts/cli/answers/ledger/rollback.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { operations, writes } from '../../../support/releases.ts'

const staging = { ENV: 'staging' }
const onFinished = afterSuite()
const hasIt = await hasTerraform()

type Service = {
  readonly name: string
  /** The revision that has the traffic. */
  runs(world: DeployWorld): Promise<string | undefined>
  release(world: DeployWorld, version: string): Promise<void>
}

const functionB: Service = {
  name: 'service-b',
  async runs({ emulator }) {
    const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
    return (await clientsFor(emulator).lambda.send(new GetAliasCommand(alias))).FunctionVersion
  },
  release: (world, version) => world.ship('service-b', version),
}
const ecsA: Service = {
  name: 'service-a',
  async runs({ emulator }) {
    const asked = { cluster: 'shared', services: ['service-a-staging'] }
    const { services = [] } = await clientsFor(emulator).ecs.send(new DescribeServicesCommand(asked))
    return services[0]?.taskDefinition?.replace(/^.*:/, '')
  },
  release: (world, version) => world.pinned('service-a', version),
}

async function deployed({ name, release }: Service, ...versions: string[]): Promise<DeployWorld> {
  const world = await makeDeployWorld({ onFinished })
  for (const version of versions) await shipAndDeploy(world, { name, release }, version)
  return world
}

async function shipAndDeploy(
  world: DeployWorld,
  { name, release }: Pick<Service, 'name' | 'release'>,
  version: string,
) {
  await release(world, version)
  expectDone(await world.waybill('deploy', { ...staging, SERVICE: name }))
}

function back(world: DeployWorld, { name }: Service, more: Record<string, string> = {}, extra = {}) {
  const options = { ...staging, SERVICE: name, REASON: 'loses orders', CONFIRM: name, ...more }
  return world.waybill('rollback', options, extra)
}

async function pinned(world: DeployWorld, { name }: Service): Promise<string> {
  const text = await world.git(['show', `main:cdktf/pins/staging/${name}.json`], world.remote)
  return JSON.parse(text).tag
}

describe.skipIf(!hasIt).each([functionB, ecsA])('going back with $name', service => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await deployed(service, '1.0.0', '1.1.0', '1.2.0')
  }, 120_000)

  it('says where it would go, and changes nothing, with DRY_RUN=1', async () => {
    world.emulator.clearRequests()
    const outcome = await back(world, service, { DRY_RUN: '1' })
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`back to ${service.name}-v1.1.0`),
    })
    expect(writes(world.emulator)).toEqual([])
  })

  it('asks first', async () => {
    const outcome = await back(world, service, { CONFIRM: 'yes' })
    expect(outcome).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('code   rollback-not-confirmed'),
    })
    expect(await service.runs(world)).toBe('3')
  })

  it('sends the traffic back, holds the service, pins the release, and leaves nothing to plan', async () => {
    const { stdout, stderr, code } = await back(world, service, { JSON: '1' })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const answer = JSON.parse(stdout) as RollbackAnswer
    expect(answer).toMatchObject({ result: 'back', to: { tag: `${service.name}-v1.1.0` }, pin: 'created' })
    expect(await service.runs(world)).toBe('2')
    expect(await pinned(world, service)).toBe(`${service.name}-v1.1.0`)
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    const plan = expectDone(await world.waybill('plan', { ...staging, SERVICE: service.name }))
    expect(plan.stdout).toContain('no changes')
    const deploy = await world.waybill('deploy', { ...staging, SERVICE: service.name })
    expect(deploy).toMatchObject({ code: 3, stderr: expect.stringMatching(/rolled back to .*loses orders/s) })
    expect(await service.runs(world)).toBe('2')
  })

  it('goes further back the second time, and then there is nothing left', async () => {
    expectDone(await back(world, service))
    expect(await service.runs(world)).toBe('1')
    expect(await pinned(world, service)).toBe(`${service.name}-v1.0.0`)
    world.emulator.clearRequests()
    const third = await back(world, service)
    expect(third).toMatchObject({ code: 3, stderr: expect.stringContaining('code   rollback-nothing') })
    expect(writes(world.emulator)).toEqual([])
  })

  it('takes what is named, and says what is nearest where that cannot be used', async () => {
    const never = await back(world, service, { VERSION: '9.0.0' })
    expect(never).toMatchObject({ code: 3, stderr: expect.stringContaining('was never verified') })
    expect(never.stderr).toMatch(/The nearest is TO=\d+, service-\w-v1\.0\.0/)
    const start = await back(world, service, { TO: '1' })
    expect(start).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('not about a verified deployment'),
    })
    expect(await back(world, service, { TO: '999' })).toMatchObject({ code: 3 })
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    expectDone(await back(world, service, { VERSION: '1.1.0' }))
    expect(await service.runs(world)).toBe('2')
    expect(await pinned(world, service)).toBe(`${service.name}-v1.1.0`)
  })

  it('does not go back to a release that was yanked', async () => {
    expectDone(await world.waybill('yank', { TAG: `${service.name}-v1.0.0`, REASON: 'leaks' }))
    const outcome = await back(world, service, { VERSION: '1.0.0' })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringMatching(/it was yanked by .*: leaks/) })
    expect(await service.runs(world)).toBe('2')
  })
})

describe.skipIf(!hasIt).each([functionB, ecsA])('with git and S3 unreachable, $name', service => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await deployed(service, '1.0.0', '1.1.0')
  }, 120_000)

  it('goes back to what AWS knows as good, in at most four calls', async () => {
    await rename(world.remote, `${world.remote}.away`)
    world.emulator.clearRequests()
    const env = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }
    const outcome = await back(world, service, {}, { env })
    expect(outcome.stdout).toMatch(/the ledger cannot be read: .*\n.*what AWS itself knows as good/)
    expect(outcome).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/is back on .*, but the rest is not done/),
    })
    expect(outcome.stderr).toContain(`make rollback ENV=staging SERVICE=${service.name}`)
    expect(await service.runs(world)).toBe('1')
    const asked = operations(world.emulator).filter(operation => !/GetCallerIdentity/.test(operation))
    const moved = asked.findIndex(operation => /^(UpdateAlias|UpdateService)$/.test(operation))
    expect(moved).toBeGreaterThan(0)
    expect(moved).toBeLessThan(4)
  })

  it('finishes the rest when the same command runs again, and moves nothing', async () => {
    await rename(`${world.remote}.away`, world.remote)
    world.emulator.clearRequests()
    const outcome = expectDone(await back(world, service))
    expect(outcome.stdout).toContain('already runs')
    const asked = operations(world.emulator)
    expect(asked.filter(operation => /^(UpdateAlias)$/.test(operation))).toEqual([])
    expect(await service.runs(world)).toBe('1')
    expect(await pinned(world, service)).toBe(`${service.name}-v1.0.0`)
    expect(await world.waybill('deploy', { ...staging, SERVICE: service.name })).toMatchObject({ code: 3 })
  })
})

it.skipIf(!hasIt)(
  'an environment without a ledger goes back all the same, and says how to get one',
  async () => {
    const world = await deployed(functionB, '1.0.0', '1.1.0')
    const { environments, ...rest } = JSON.parse(await world.git(['show', 'HEAD:cdktf/environments.json']))
    environments.staging.ledger = { bucket: 'none-yet' }
    await world.commit({ 'cdktf/environments.json': JSON.stringify({ ...rest, environments }) })
    const outcome = await back(world, functionB)
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('make bootstrap ENV=staging') })
    expect(outcome.stderr).toContain('is back on')
    expect(await functionB.runs(world)).toBe('1')
  },
  120_000,
)
