import { expect, it, onTestFinished } from 'vitest'
import { expectDone, makeShippedZip } from '../../../support/deploy.ts'
import { zipService } from '../../../support/world.ts'

it('DETACH is refused where nobody would go on, and FOLLOW deploys nothing', async () => {
  const world = await makeShippedZip(onTestFinished)
  const ENV = 'staging'
  await world.commit(zipService('service-b', { settings: { strategy: '5%/2m, 100%/2m' } }))
  const refused = await world.waybill('deploy', { ENV, DETACH: '1' })
  expect(refused).toMatchObject({ code: 3 })
  expect(refused.stderr).toContain('DETACH would leave a rollout in staging to nobody who goes on with it')
  expect(refused.stderr).toContain('staging has no guardian in cdktf/environments.json')
  const both = await world.waybill('deploy', { ENV, DETACH: '1', FOLLOW: '1' })
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('FOLLOW deploys nothing')])
  const followed = expectDone(await world.waybill('deploy', { ENV, FOLLOW: '1' }))
  expect(followed.stdout).toContain('No rollout is under way in staging.')
  expect(await world.json('deploy', { ENV, FOLLOW: '1' })).toMatchObject({ results: [], planned: [] })
})
