import { expect, it } from 'vitest'
import { everything } from '../../../support/sample.ts'
import { environmentsJson, makeWorld } from '../../../support/world.ts'

// How far apart the calls are is in test/scripts/base/pace.test.ts.

// So many that calls as fast as they go would exceed the quota.
const [count, quota] = everything ? [100, 25] : [30, 8]

const name = `${count} releases in one run stay within the quota of ECR without a failed or wasted call`

// Each release starts some git processes, which takes a busy machine minutes.
it(name, async () => {
  const world = await makeWorld({ emulator: { quotas: { PutImage: quota } } })
  const artifacts = { ...environmentsJson.artifacts, putImagePerSecond: quota }
  const built = await world.git(['rev-parse', 'HEAD'])
  await world.commit({ 'cdktf/environments.json': JSON.stringify({ ...environmentsJson, artifacts }) })
  await world.storeImage('service-a', built)
  const tags = Array.from({ length: count }, (_, index) => `service-a-v1.${index}.0`)
  for (const tag of tags) await world.git(['tag', '--annotate', '--message', tag, tag])
  await world.git(['push', '--quiet', '--tags', 'origin'])
  world.emulator.clearRequests()

  const { releases } = await world.json<{ releases: { result: string }[] }>('promote', {
    TAG: tags.join(','),
  })
  expect(releases.filter(({ result }) => result === 'created')).toHaveLength(count)
  const puts = world.emulator.requests().filter(({ operation }) => operation === 'PutImage')
  expect(puts.map(({ status }) => status)).toEqual(tags.map(() => 200))
})
