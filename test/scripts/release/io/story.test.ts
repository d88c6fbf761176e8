import { expect, it } from 'vitest'
import { makeWorld } from '../../../support/world.ts'

it('takes an image from commit to pin, and a second run of each command writes nothing', async () => {
  const world = await makeWorld()
  const commit = await world.git(['rev-parse', 'HEAD'])
  const image = await world.storeImage('service-a', commit)

  for (const result of ['created', 'already done']) {
    const released = await world.json('release', { SERVICE: 'a', VERSION: '1.0.0' })
    expect(released).toMatchObject({ releases: [{ tag: 'service-a-v1.0.0', commit, result }] })
    const promoted = await world.json('promote', { TAG: 'service-a-v1.0.0' })
    expect(promoted).toMatchObject({ releases: [{ digest: image.digest, result }] })
    const pinned = await world.json('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' })
    expect(pinned).toMatchObject({ pin: { tag: 'service-a-v1.0.0', commit, digest: image.digest }, result })
  }
})

it('takes a zip from commit to pin', async () => {
  const world = await makeWorld()
  const { builds } = await world.json<{ builds: { digest: string }[] }>('build', { SERVICE: 'b' })
  await world.json('release', { SERVICE: 'b', VERSION: 'minor' })
  const promoted = await world.json('promote', { TAG: 'service-b-v0.1.0' })
  expect(promoted).toMatchObject({ releases: [{ digest: builds[0]?.digest, result: 'created' }] })
  await world.json('pin', { ENV: 'staging', TAG: 'service-b-v0.1.0' })
  const pin = JSON.parse(await world.git(['show', 'main:cdktf/pins/staging/service-b.json'], world.remote))
  expect(`sha256:${pin.sha256}`).toBe(builds[0]?.digest)
})
