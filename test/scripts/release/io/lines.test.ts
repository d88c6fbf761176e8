import { describe, expect, it } from 'vitest'
import { anotherClone, tagsOf } from '../../../support/clones.ts'
import type { Context } from '../../../support/pins.ts'
import { builtWorld, pushTag } from '../../../support/releases.ts'
import type { World } from '../../../support/world.ts'

const short = (commit: string) => commit.slice(0, 10)

function release(world: World, options: Record<string, string>, extra: Parameters<World['waybill']>[2] = {}) {
  return world.waybill('release', { SERVICE: 'a', ...options }, extra)
}

/** A world with 1.0.0, 2.0.0 and 2.1.0 on main, and a fix of 1.0.0 that is built on a branch of its own. */
async function twoLines(context: Context) {
  const { world, commit } = await builtWorld(context)
  await pushTag(world, 'service-a-v1.0.0', commit)
  const main = await world.commit({ 'services/service-a/main.txt': '2' }, 'Go on')
  await pushTag(world, 'service-a-v2.0.0', main)
  await pushTag(world, 'service-a-v2.1.0', main)
  await world.git(['checkout', '--quiet', '-b', 'hotfix/1', commit])
  const fix = await world.commit({ 'services/service-a/main.txt': '1a' }, 'Fix it')
  await world.storeImage('service-a', fix)
  await world.storeImage('service-a', main)
  return { world, main, fix }
}

describe.concurrent('a release of an older line', () => {
  it('counts increments from the highest release that its commit contains', async context => {
    const { world, fix } = await twoLines(context)
    const refused = await release(world, { VERSION: 'patch', COMMIT: 'hotfix/1' })
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.stderr).toContain('1.0.1 is not higher than 2.1.0')
    const allowed = await release(world, { VERSION: 'patch', COMMIT: 'hotfix/1', ALLOW_OLDER: '1' })
    expect(allowed).toMatchObject({ code: 0, stdout: expect.stringContaining('pushed service-a-v1.0.1') })
    const again = await release(world, { VERSION: 'patch', COMMIT: 'hotfix/1', ALLOW_OLDER: '1' })
    expect(again.stdout).toContain('service-a-v1.0.1 is already released')
    expect(await world.git(['rev-parse', 'service-a-v1.0.1^{commit}'], world.remote)).toBe(fix)
  })

  it('is refused a version above the last one, which it does not contain, unless ALLOW_OLDER=1', async context => {
    const { world, fix } = await twoLines(context)
    const refused = await release(world, { VERSION: '2.2.0', COMMIT: 'hotfix/1' })
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.stdout).toContain(`\u2716 ${short(fix)} contains 2.1.0, the last version`)
    expect(refused.stderr).toContain('code   release-lacks-last')
    expect(await tagsOf(world, world.remote)).not.toContain('service-a-v2.2.0')
    const allowed = await release(world, { VERSION: '2.2.0', COMMIT: 'hotfix/1', ALLOW_OLDER: '1' })
    expect(allowed).toMatchObject({ code: 0 })
    expect(allowed.stdout).toContain(`${short(fix)} does not contain 2.1.0, the last version (allowed`)
  })

  it('counts releases whose tags this clone has not fetched', async context => {
    const { world } = await twoLines(context)
    const folder = await anotherClone(world)
    await world.git(['tag', '--delete', 'service-a-v1.0.0', 'service-a-v2.1.0'], folder)
    const options = { VERSION: 'patch', COMMIT: 'origin/hotfix/1', ALLOW_OLDER: '1', DRY_RUN: '1' }
    const { stdout } = await release(world, options, { cwd: folder })
    expect(stdout).toContain('Would make and push the tag service-a-v1.0.1')
  })

  it('is not chosen by a COMMIT in the environment, only by an argument', async context => {
    const { world, main, fix } = await twoLines(context)
    const env = { COMMIT: fix }
    const ignored = await release(world, { VERSION: 'patch', DRY_RUN: '1' }, { env })
    expect(ignored).toMatchObject({ code: 0, stdout: expect.stringContaining(`at ${short(main)}`) })
    expect(ignored.stdout).toContain('COMMIT in the environment is ignored')
    const named = await release(world, { VERSION: '3.0.0', DRY_RUN: '1', COMMIT: main }, { env })
    expect(named.stdout).toContain(`at ${short(main)}`)
    expect(named.stdout).not.toContain('ignored')
  })
})

it('a patch is not the major version of which there is a release candidate', async context => {
  const { world, commit } = await builtWorld(context)
  await pushTag(world, 'service-a-v1.2.3', commit)
  const head = await world.commit({ 'services/service-a/main.txt': '2' })
  await world.storeImage('service-a', head)
  await pushTag(world, 'service-a-v2.0.0-rc.1', head)
  const patch = await release(world, { VERSION: 'patch' })
  expect(patch).toMatchObject({ code: 3, stderr: expect.stringContaining('1.2.4 is not higher') })
  expect(patch.stderr).toContain('Finish the pre-release with VERSION=2.0.0')
  const major = await release(world, { VERSION: 'major' })
  expect(major).toMatchObject({ code: 0, stdout: expect.stringContaining('pushed service-a-v2.0.0') })
})

it('lightweight tags are named, and not counted', async context => {
  const { world, commit } = await builtWorld(context)
  await pushTag(world, 'service-a-v1.0.0', commit)
  const head = await world.commit({ 'services/service-a/main.txt': '2' })
  await world.storeImage('service-a', head)
  await world.git(['push', '--quiet', 'origin', `${commit}:refs/tags/service-a-v9.0.0`])
  await world.git(['push', '--quiet', 'origin', `${commit}:refs/tags/service-a-v1.0.1`])
  const minor = await release(world, { VERSION: 'minor', DRY_RUN: '1' })
  expect(minor.stdout).toContain('the tag service-a-v1.1.0 is free')
  expect(minor.stdout).toMatch(/not counted, since a lightweight tag is not a release: .*service-a-v9\.0\.0/)
  const patch = await release(world, { VERSION: 'patch' })
  expect(patch).toMatchObject({ code: 3, stderr: expect.stringContaining('service-a-v1.0.1') })
  expect(patch.stderr).toContain('is not a release')
})
