import { ListVersionsByFunctionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DoctorCheck } from '../../../../scripts/doctor/check.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { imageService, zipService } from '../../../support/world.ts'

let world: DeployWorld
const FunctionName = 'service-b-staging'
const staging = { ENV: 'staging', JSON: '1' }

async function versions(): Promise<(string | undefined)[]> {
  const { Versions = [] } = await clientsFor(world.emulator).lambda.send(
    new ListVersionsByFunctionCommand({ FunctionName }),
  )
  return Versions.map(({ Version }) => Version).filter(version => version !== '$LATEST')
}

/** Keeps this many versions in staging. */
async function keep(keepRevisions: number): Promise<void> {
  const { staging: place, prod } = deployEnvironments.environments
  const all = { ...deployEnvironments, environments: { staging: { ...place, keepRevisions }, prod } }
  await world.commit({ 'cdktf/environments.json': JSON.stringify(all) }, `Keep ${keepRevisions}`)
}

async function doctor() {
  const { stdout } = await world.waybill('doctor', staging)
  const { checks } = JSON.parse(stdout) as { checks: DoctorCheck[] }
  return checks.find(({ title }) => title === 'versions in staging')
}

describe.skipIf(!(await hasTerraform()))('make prune', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = { ...imageService('service-a'), ...zipService('service-b') }
    world = await makeDeployWorld({ files, onFinished })
    await world.ship('service-b', '1.0.0')
    expectDone(await world.waybill('deploy', { ENV: 'staging', SERVICE: 'b' }))
    for (const GREETING of ['one', 'two', 'three', 'four', 'five']) {
      await world.commit(zipService('service-b', { settings: { variables: { GREETING } } }))
      expectDone(await world.waybill('deploy', { ENV: 'staging', SERVICE: 'b' }))
    }
    // Only now, since the versions of a pinned release all stay.
    await world.ship('service-b', '1.1.0')
    expectDone(await world.waybill('deploy', { ENV: 'staging', SERVICE: 'b' }))
    const stable = { FunctionName, Name: 'STAGING_STABLE', FunctionVersion: '2' }
    await clientsFor(world.emulator).lambda.send(new UpdateAliasCommand(stable))
  })

  it('has nothing to remove while there are few versions, and doctor agrees', async () => {
    world.emulator.clearRequests()
    const { stdout } = expectDone(await world.waybill('prune', staging))
    expect(JSON.parse(stdout)).toMatchObject({
      environment: 'staging',
      results: [{ service: 'service-b', kept: 7, removed: [] }],
    })
    expect(writes(world.emulator)).toEqual([])
    expect(await doctor()).toMatchObject({ state: 'ok' })
  })

  it('lists with DRY_RUN what it would remove, and doctor says that it is time', async () => {
    await keep(2)
    world.emulator.clearRequests()
    const { stdout } = expectDone(await world.waybill('prune', { ENV: 'staging', DRY_RUN: '1' }))
    expect(stdout).toContain('service-b: 5 (service-b-v1.0.0), 4 (service-b-v1.0.0), 3 (service-b-v1.0.0), 1')
    expect(stdout).toContain('would be removed, 3 of its revisions stay')
    expect(await doctor()).toMatchObject({
      state: 'warning',
      detail: 'service-b has 7, 4 of them unused',
      remedy: 'make prune ENV=staging SERVICE=service-b DRY_RUN=1 lists them.',
    })
    expect(writes(world.emulator)).toEqual([])
    expect(await versions()).toHaveLength(7)
  })

  it('reports a version that cannot be removed, and removes the others', async () => {
    const once = world.emulator.inject({ operation: 'DeleteFunction', kind: 'access-denied', times: 1 })
    const outcome = await world.waybill('prune', staging)
    once()
    expect([outcome.code, outcome.stderr]).toEqual([
      2,
      expect.stringContaining('remove version 5 of service-b-staging'),
    ])
    expect(JSON.parse(outcome.stdout).results).toMatchObject([
      { service: 'service-b', removed: [{ revision: '4' }, { revision: '3' }, { revision: '1' }] },
    ])
  })

  it('removes the rest, keeps what is named, and the third run writes nothing', async () => {
    expectDone(await world.waybill('prune', { ENV: 'staging', SERVICE: 'b' }))
    expect(await versions()).toEqual(['2', '6', '7'])
    world.emulator.clearRequests()
    expectDone(await world.waybill('prune', { ENV: 'staging', SERVICE: 'b' }))
    expect(writes(world.emulator)).toEqual([])
    expect(await doctor()).toMatchObject({ state: 'ok' })
    expect((await world.waybill('plan', { ENV: 'staging' })).stdout).toContain('matches its pins')
  })

  it('removes nothing of a service whose pin cannot be read', async () => {
    await keep(1)
    await world.commit({ 'cdktf/pins/staging/service-b.json': '{' })
    world.emulator.clearRequests()
    const outcome = await world.waybill('prune', staging)
    expect([outcome.code, outcome.stderr]).toEqual([2, expect.stringContaining('service-b.json is not JSON')])
    expect(writes(world.emulator)).toEqual([])
  })
})
