import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tagsOf, writeHook } from '../../../support/clones.ts'
import { pinnedText, releasedWorld } from '../../../support/pins.ts'
import { builtWorld } from '../../../support/releases.ts'
import type { World } from '../../../support/world.ts'

/** Lets git push somewhere else than to where it fetches from. */
type Detour = (world: World, fork: string) => Promise<unknown>
const detours: [string, Detour][] = [
  ['remote.origin.pushurl', (world, fork) => world.git(['config', 'remote.origin.pushurl', fork])],
  ['url.*.pushInsteadOf', (world, fork) => world.git(['config', `url.${fork}.pushInsteadOf`, world.remote])],
]

async function forkOf(world: World): Promise<string> {
  const fork = join(world.folder, 'fork.git')
  await world.git(['clone', '--quiet', '--bare', world.remote, fork], world.folder)
  return fork
}

describe.concurrent.for(detours)('a push that goes elsewhere because of %s', ([, turn]) => {
  it('is not a release', async context => {
    const { world } = await builtWorld(context)
    const fork = await forkOf(world)
    await turn(world, fork)
    const outcome = await world.waybill('release', { SERVICE: 'a', VERSION: '1.0.0' })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('code   git-push-elsewhere') })
    expect(outcome.stderr).toContain(`git fetches origin from ${world.remote}, and pushes it to ${fork}`)
    expect(outcome.stdout).not.toContain('pushed service-a')
    expect([await tagsOf(world), await tagsOf(world, world.remote)]).toEqual([[], []])
  })

  it.for([
    ['a pin', {}],
    ['a proposed pin', { PR: '1' }],
  ] as const)('is not %s', async ([, more], context) => {
    const { world } = await releasedWorld(context, '1.0.0')
    await turn(world, await forkOf(world))
    const outcome = await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0', ...more })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('code   git-push-elsewhere') })
    expect(outcome.stdout).toBe('')
  })
})

it('a push over another address of the same repository is a release', async context => {
  const { world } = await builtWorld(context)
  await world.git(['config', 'remote.origin.pushurl', `file://${world.remote}`])
  const outcome = await world.waybill('release', { SERVICE: 'a', VERSION: '1.0.0' })
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  expect(await tagsOf(world, world.remote)).toEqual(['service-a-v1.0.0'])
})

it('a remote that takes a tag and removes it again has no release', async context => {
  const { world } = await builtWorld(context)
  await writeHook(world, 'post-receive', 'git update-ref -d refs/tags/service-a-v1.0.0')
  const outcome = await world.waybill('release', { SERVICE: 'a', VERSION: '1.0.0' })
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('does not show it') })
})

it('a pin that another pin has gone past since is pinned', async context => {
  const { world } = await releasedWorld(context, '1.0.0')
  const past = 'git update-ref refs/heads/main $(git commit-tree -m past -p main main^{tree})'
  await writeHook(world, 'post-receive', past)
  const outcome = await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' })
  expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('is pinned to service-a-v1.0.0') })
  expect(await pinnedText(world, 'staging')).toContain('service-a-v1.0.0')
})
