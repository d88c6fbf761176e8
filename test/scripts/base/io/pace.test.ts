import { expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { mediaTypes, pushImage, sampleImage } from '../../../emulator/sample-image.ts'
import { environmentsJson, makeWorld } from '../../../support/world.ts'

it('100 releases in one run stay within the quota of ECR without failing, wasted calls or wasted time', async () => {
  const quota = 10
  const world = await makeWorld({ emulator: { quotas: { PutImage: quota } } })
  const commit = await world.git(['rev-parse', 'HEAD'])
  await world.storeImage('service-a', commit)
  const tags = Array.from({ length: 100 }, (_, index) => `service-a-v1.${index}.0`)
  for (const tag of tags) await world.git(['tag', '--annotate', '--message', tag, tag])
  await world.git(['push', '--quiet', '--tags', 'origin'])
  world.emulator.clearRequests()

  const { releases } = await world.json<{ releases: { result: string }[] }>('promote', {
    TAG: tags.join(','),
  })
  expect(releases.filter(({ result }) => result === 'created')).toHaveLength(100)
  const puts = world.emulator.requests().filter(({ operation }) => operation === 'PutImage')
  expect(puts.length).toBeLessThanOrEqual(105)
  expect(puts.every(({ status }) => status === 200)).toBe(true)
  const lasted = (puts.at(-1)?.startedMs ?? 0) - (puts[0]?.startedMs ?? 0)
  // Relative to what the quota allows, so that the speed of this machine does not matter.
  expect(lasted / ((99 * 1000) / quota)).toBeGreaterThan(1)
  expect(lasted / ((99 * 1000) / quota)).toBeLessThan(1.15)
})

it('refuses to promote an image without a required referrer, and writes nothing', async () => {
  const world = await makeWorld()
  const artifactType = 'application/spdx+json'
  const artifacts = { ...environmentsJson.artifacts, requiredReferrers: [artifactType] }
  const commit = await world.commit({
    'cdktf/environments.json': JSON.stringify({ ...environmentsJson, artifacts }),
  })
  const source = await world.git(['rev-parse', 'HEAD~1'])
  const image = await world.storeImage('service-a', source)
  await world.json('release', { SERVICE: 'a', VERSION: '1.0.0', COMMIT: commit })
  world.emulator.clearRequests()
  const refused = await world.waybill('promote', { TAG: 'service-a-v1.0.0' })
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`nothing of type ${artifactType}`),
  })
  expect(world.emulator.requests().filter(({ write }) => write)).toEqual([])

  const subject = { mediaType: mediaTypes.ociManifest, digest: image.digest, size: 1 }
  await pushImage(
    clientsFor(world.emulator).ecr,
    'service-a-image',
    sampleImage('sbom', { artifactType, subject }),
  )
  await world.json('promote', { TAG: 'service-a-v1.0.0' })
})
