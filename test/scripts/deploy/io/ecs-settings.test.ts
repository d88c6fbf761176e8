import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld, routed } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { imageService } from '../../../support/world.ts'

let world: DeployWorld

async function service() {
  const asked = { cluster: 'shared', services: ['service-a-staging'] }
  const { services } = await clientsFor(world.emulator).ecs.send(new DescribeServicesCommand(asked))
  return services?.[0]
}

async function deploy(settings: object) {
  await world.commit(imageService('service-a', { settings: { ...routed, ...settings } }), 'Set it')
  world.emulator.clearRequests()
  return await world.waybill('deploy', { ENV: 'staging', SERVICE: 'a', JSON: '1' })
}

describe.skipIf(!(await hasTerraform()))('the settings of an ECS service', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = imageService('service-a', { settings: routed })
    world = await makeDeployWorld({ files, onFinished })
    await world.pinned('service-a', '1.0.0')
    expectDone(await deploy({}))
  })

  it('change the target groups in one deploy and the strategy in another', async () => {
    const strategy = { type: 'blue-green', bakeMinutes: 0 }
    const refused = await deploy({ strategy })
    expect([refused.code, JSON.parse(refused.stdout).error]).toMatchObject([
      3,
      {
        code: 'plan-too-much',
        problem: expect.stringContaining('one deploy cannot change service-a in staging like this'),
        remedy: expect.stringMatching(/^1\. Set "strategy": .*"alternate": true.*\n2\. Then/),
      },
    ])
    expect(writes(world.emulator).filter(write => !write.includes('tflock'))).toEqual([])
    // Terraform does not see the strategy of a service in phases, and so only the target groups.
    const phases = await deploy({ strategy: '100%/5m' })
    expect([phases.code, JSON.parse(phases.stdout).error.code]).toEqual([3, 'plan-too-much'])
    expectDone(await deploy({ strategy: { type: 'rolling', alternate: true } }))
    expect(await service()).toMatchObject({
      deploymentConfiguration: { strategy: 'ROLLING' },
      loadBalancers: [
        { advancedConfiguration: { alternateTargetGroupArn: expect.stringMatching(/-alt\//) } },
      ],
    })
    expectDone(await deploy({ strategy }))
    expect(await service()).toMatchObject({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } })
    expect((await deploy({})).code).toBe(3)
    expectDone(await deploy({ strategy: { type: 'rolling', alternate: true } }))
    expect(await service()).toMatchObject({ deploymentConfiguration: { strategy: 'ROLLING' } })
  })

  it('leave the number of tasks to what scales the service', async () => {
    const scaled = {
      strategy: { type: 'rolling', alternate: true },
      count: { min: 2, max: 9, cpuPercent: 60 },
    }
    expectDone(await deploy(scaled))
    const asked = { cluster: 'shared', service: 'service-a-staging' }
    const { ecs } = clientsFor(world.emulator)
    await ecs.send(new UpdateServiceCommand({ ...asked, desiredCount: 5 }))
    await world.pinned('service-a', '1.1.0')
    expectDone(await deploy({ ...scaled, variables: { NEW: '1' } }))
    expect((await service())?.desiredCount).toBe(5)
    const fixed = expectDone(await deploy({ ...scaled, count: 3 }))
    expect(JSON.parse(fixed.stdout).planned[0].changes).toContain('to destroy')
    expect((await service())?.desiredCount).toBe(3)
  })
})
