import { describe, expect, it } from 'vitest'
import { remoteState } from '../../../support/clones.ts'
import {
  type Context,
  pinnedText,
  pinPath,
  pinText,
  putRelease,
  releasedWorld,
} from '../../../support/pins.ts'
import type { World } from '../../../support/world.ts'

const path = pinPath('prod')

/** A world where versions of `service-a` were released and pinned in prod, one after the other, by commits as `make pin` makes them. */
async function pinnedWorld(context: Context, ...versions: string[]) {
  const { world, commit } = await releasedWorld(context, ...versions)
  for (const version of versions) {
    await world.commit({ [path]: pinText(commit, version) }, `Pin service-a-v${version} in prod`)
  }
  return { world, commit }
}

const back = (world: World, more: Record<string, string> = {}) =>
  world.waybill('pin', { ENV: 'prod', PREVIOUS: 'a', ...more })
const pinned = async (world: World) => (JSON.parse(await pinnedText(world, 'prod')) as { tag: string }).tag

describe.concurrent('a pin with PREVIOUS=a', () => {
  it('goes back to the release that was pinned before, and says from where', async context => {
    const { world } = await pinnedWorld(context, '1.0.0', '1.1.0')
    const outcome = await back(world, { JSON: '1' })
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      service: 'service-a',
      pin: { tag: 'service-a-v1.0.0' },
      from: 'service-a-v1.1.0',
      result: 'created',
    })
    expect(await pinned(world)).toBe('service-a-v1.0.0')
  })

  it('with COMMIT changes something once, however often it is run', async context => {
    const { world } = await pinnedWorld(context, '1.0.0', '1.1.0')
    const COMMIT = await world.git(['rev-parse', 'HEAD'])
    expect(await back(world, { COMMIT })).toMatchObject({ code: 0 })
    const after = await remoteState(world)
    expect(await back(world, { COMMIT })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is already pinned to service-a-v1.0.0'),
    })
    expect(await remoteState(world)).toBe(after)
    expect(await back(world, { COMMIT: 'nowhere' })).toMatchObject({ code: 2 })
  })

  it('goes further back when run again, and not to what was rolled back from', async context => {
    const { world } = await pinnedWorld(context, '1.0.0', '1.1.0', '1.2.0')
    for (const version of ['1.1.0', '1.0.0']) {
      expect(await back(world)).toMatchObject({ code: 0 })
      expect(await pinned(world)).toBe(`service-a-v${version}`)
    }
    expect(await back(world)).toMatchObject({ code: 3, stderr: expect.stringContaining('make pin ENV=prod') })
  })

  it('with COMMIT refuses a commit that is not on the branch of the pins', async context => {
    const { world, commit } = await pinnedWorld(context, '1.0.0', '1.1.0')
    await world.git(['switch', '--quiet', '--create', 'topic', commit])
    for (const version of ['1.1.0', '1.0.0'])
      await world.commit({ [path]: pinText(commit, version) }, `Pretend ${version}`, false)
    const before = await remoteState(world)
    const outcome = await back(world, { COMMIT: 'topic' })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('is not on main') })
    expect(await remoteState(world)).toBe(before)
  })

  it('with COMMIT is refused when something else has been pinned since', async context => {
    const { world } = await pinnedWorld(context, '1.0.0', '1.1.0', '1.2.0')
    const COMMIT = await world.git(['rev-parse', 'HEAD^'])
    const before = await remoteState(world)
    const outcome = await back(world, { COMMIT })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('prod is now pinned to') })
    expect(await remoteState(world)).toBe(before)
  })

  it('skips yanked releases, and versions of the file that were not a pin', async context => {
    const { world, commit } = await pinnedWorld(context, '1.0.0', '1.1.0')
    await world.commit({ [path]: '<<<<<<< HEAD\n' }, 'A conflict that was committed')
    await world.commit({ [path]: '' }, 'Remove it')
    await world.git(['rm', '--quiet', path])
    await world.commit({}, 'Remove the pin')
    await putRelease(world, 'service-a-v1.2.0', commit)
    expect(await world.waybill('pin', { ENV: 'prod', TAG: 'service-a-v1.2.0' })).toMatchObject({ code: 0 })
    expect(await world.waybill('yank', { TAG: 'service-a-v1.1.0', REASON: 'bad' })).toMatchObject({ code: 0 })
    expect(await back(world)).toMatchObject({ code: 0 })
    expect(await pinned(world)).toBe('service-a-v1.0.0')
  })

  it('says so when nothing was pinned before, or nothing at all', async context => {
    const { world } = await pinnedWorld(context, '1.0.0')
    const before = await remoteState(world)
    expect(await back(world)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no usable release was pinned in prod before service-a-v1.0.0'),
    })
    expect(await back(world, { PREVIOUS: 'b' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('b has no pin in prod'),
    })
    expect(await remoteState(world)).toBe(before)
  })
})
