import { expect, it } from 'vitest'
import { makeDeployWorld } from '../support/deploy.ts'

it('try', async ({ onTestFinished }) => {
  const world = await makeDeployWorld({ onFinished: onTestFinished })
  await world.pinned('service-b', '1.0.0')
  const plan = await world.waybill('plan', { ENV: 'staging' })
  console.log(plan)
  const deploy = await world.waybill('deploy', { ENV: 'staging' })
  console.log(deploy)
  console.log(await world.waybill('deploy', { ENV: 'staging' }))
  await world.pinned('service-b', '1.1.0')
  await world.pinned('service-a', '1.1.0')
  console.log(await world.waybill('deploy', { ENV: 'staging' }))
  console.log(await world.waybill('plan', { ENV: 'staging', ALL: '1' }))
  expect(plan.code).toBe(0)
}, 120_000)
