import { expect, it } from 'vitest'
import { hasTerraform } from '../../../provider/workspace.ts'
import { deployEnvironments, makeDeployWorld } from '../../../support/deploy.ts'
import { imageService } from '../../../support/world.ts'

it.skipIf(!(await hasTerraform()))('a cluster that does not exist is a fault of the set-up', async () => {
  const world = await makeDeployWorld({ files: imageService('service-a') })
  await world.pinned('service-a', '1.0.0')
  const { staging, prod } = deployEnvironments.environments
  const environments = { staging: { ...staging, cluster: 'none' }, prod }
  await world.commit({ 'cdktf/environments.json': JSON.stringify({ ...deployEnvironments, environments }) })
  const { code, stderr } = await world.waybill('deploy', { ENV: 'staging' })
  expect(stderr).toContain('cannot apply service-a in staging: the cluster does not exist')
  expect(stderr).toContain('Create it, or correct cluster of the environment in cdktf/environments.json.')
  expect(code).toBe(2)
})
