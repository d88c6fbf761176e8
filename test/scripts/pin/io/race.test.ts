import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { anotherClone, writeHook } from '../../../support/clones.ts'
import { putRecord } from '../../../support/pins.ts'
import { everything } from '../../../support/sample.ts'
import { makeWorld } from '../../../support/world.ts'

const count = everything ? 20 : 8
const services = Array.from({ length: count }, (_, index) => `service-${String.fromCharCode(97 + index)}`)

// Each has to win once, which takes a busy machine minutes.
it(`${count} services pinned at once from ${count} clones: all pins land, in one line and without force`, async () => {
  const world = await makeWorld()
  const commit = await world.git(['rev-parse', 'HEAD'])
  const tags = services.map(service => `${service}-v1.0.0`)
  for (const tag of tags) await world.git(['tag', '--annotate', '--message', tag, tag, commit])
  await world.git(['push', '--quiet', 'origin', '--tags'])
  const objects = (await world.git(['rev-parse', ...tags])).split('\n')
  await Promise.all(
    tags.map((tag, index) => putRecord(world, tag, { tagObject: objects[index] as string, commit })),
  )
  const clones = []
  for (const service of services) clones.push(await anotherClone(world, `clone-of-${service}`))
  await writeHook(world, 'post-receive', 'cat >> "$GIT_DIR/pushes"')

  const outcomes = await Promise.all(
    clones.map((cwd, index) => world.waybill('pin', { ENV: 'staging', TAG: tags[index] as string }, { cwd })),
  )
  expect(outcomes.filter(({ code }) => code !== 0)).toEqual([])
  const files = await world.git(['ls-tree', '--name-only', 'main', 'cdktf/pins/staging/'], world.remote)
  expect(files.split('\n')).toEqual(services.map(service => `cdktf/pins/staging/${service}.json`))
  const history = (await world.git(['log', '--format=%s|%P', `${commit}..main`], world.remote)).split('\n')
  expect(history.map(line => line.split('|')[0]).toSorted()).toEqual(tags.map(tag => `Pin ${tag} in staging`))
  // Every push went on from what the branch named before it: none was forced, none made a merge.
  const pushes = (await readFile(join(world.remote, 'pushes'), 'utf8')).trim().split('\n')
  const inOrder = pushes.map(push => push.split(' ').slice(0, 2).join(' '))
  const parents = await world.git(['log', '--reverse', '--format=%P %H', `${commit}..main`], world.remote)
  expect(parents.split('\n')).toEqual(expect.arrayContaining(inOrder))
  expect(pushes).toHaveLength(count)
})
