import { expect, it } from 'vitest'
import { builtWorld, pushTag } from '../../../support/releases.ts'
import { imageService } from '../../../support/world.ts'

it('TAG=a-v1.0.0 means service-a where there is no service a, for every command that takes TAG', async context => {
  const { world } = await builtWorld(context)
  await world.json('release', { SERVICE: 'a', VERSION: '1.0.0' })
  const TAG = 'a-v1.0.0'
  expect(await world.json('promote', { TAG: `${TAG},service-${TAG}` })).toMatchObject({
    releases: [{ tag: 'service-a-v1.0.0', result: 'created' }],
  })
  expect(await world.json('pin', { ENV: 'staging', TAG })).toMatchObject({
    service: 'service-a',
    pin: { tag: 'service-a-v1.0.0' },
  })
  expect(await world.json('trace', { TAG })).toMatchObject({ tag: 'service-a-v1.0.0' })
  expect(await world.json('yank', { TAG, REASON: 'bad' })).toMatchObject({
    yank: { tag: 'service-a-v1.0.0' },
    pinnedIn: ['staging'],
  })
})

it('TAG=a-v1.0.0 means a where there is a service a, or was', async context => {
  const { world } = await builtWorld(context)
  await world.json('release', { SERVICE: 'a', VERSION: '1.0.0' })
  await world.json('promote', { TAG: 'service-a-v1.0.0' })
  const head = await world.commit(imageService('a'))
  for (const command of ['promote', 'pin', 'trace', 'yank']) {
    const options = { TAG: 'a-v1.0.0', ...(command === 'pin' && { ENV: 'staging' }), REASON: 'bad' }
    const { code, stdout, stderr } = await world.waybill(command, options)
    expect(code).toBeGreaterThan(0)
    expect(stdout + stderr).not.toContain('service-a-v1.0.0')
  }
  await pushTag(world, 'a-v1.0.0', head)
  await world.git(['rm', '-r', '--quiet', 'services/a'])
  await world.commit({})
  const { stderr } = await world.waybill('promote', { TAG: 'a-v1.0.0' })
  expect(stderr).toContain('a-image')
  expect(stderr).not.toContain('service-a-v')
})
