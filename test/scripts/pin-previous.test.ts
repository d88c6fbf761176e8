import { describe, expect, it } from 'vitest'
import { remoteState } from '../support/clones.ts'
import { imageRecord, pushTag, putObject } from '../support/releases.ts'
import { makeWorld, type World } from '../support/world.ts'

type Context = { onTestFinished: (clean: () => Promise<void>) => void }

const digest = `sha256:${'d'.repeat(64)}`
const path = 'cdktf/pins/prod/service-a.json'

/** A world where versions of `service-a` were released and pinned in prod, one after the other. */
async function pinnedWorld({ onTestFinished }: Context, ...versions: string[]): Promise<World> {
  const world = await makeWorld({ onFinished: onTestFinished })
  const commit = await world.git(['rev-parse', 'HEAD'])
  for (const version of versions) {
    const tag = `service-a-v${version}`
    const tagObject = await pushTag(world, tag, commit)
    await putObject(world, `releases/${tag}.json`, imageRecord(tag, { tagObject, commit, digest }))
    expect(await world.waybill('pin', { ENV: 'prod', TAG: tag, ALLOW_OLDER: '1' })).toMatchObject({ code: 0 })
  }
  return world
}

const back = (world: World, more: Record<string, string> = {}) =>
  world.waybill('pin', { ENV: 'prod', PREVIOUS: 'a', ...more })
const pinned = async (world: World) =>
  (JSON.parse(await world.git(['show', `main:${path}`], world.remote)) as { tag: string }).tag

describe.concurrent('a pin with PREVIOUS=a', () => {
  it('goes back to the release that was pinned before, and says from where', async context => {
    const world = await pinnedWorld(context, '1.0.0', '1.1.0')
    const outcome = await back(world, { JSON: '1' })
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      service: 'service-a',
      pin: { tag: 'service-a-v1.0.0' },
      from: 'service-a-v1.1.0',
      result: 'created',
    })
    expect(await pinned(world)).toBe('service-a-v1.0.0')
  })

  it('with COMMIT does it once, however often it is run', async context => {
    const world = await pinnedWorld(context, '1.0.0', '1.1.0')
    await world.git(['fetch', '--quiet'])
    const COMMIT = await world.git(['rev-parse', 'origin/main'])
    expect(await back(world, { COMMIT })).toMatchObject({ code: 0 })
    const after = await remoteState(world)
    expect(await back(world, { COMMIT })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is pinned to service-a-v1.0.0 already'),
    })
    expect(await remoteState(world)).toBe(after)
    expect(await back(world, { COMMIT: 'nowhere' })).toMatchObject({ code: 2 })
  })

  it('with COMMIT is refused when something else was pinned meanwhile', async context => {
    const world = await pinnedWorld(context, '1.0.0', '1.1.0', '1.2.0')
    await world.git(['fetch', '--quiet'])
    const COMMIT = await world.git(['rev-parse', 'origin/main^'])
    const before = await remoteState(world)
    const outcome = await back(world, { COMMIT })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('by now') })
    expect(await remoteState(world)).toBe(before)
  })

  it('passes over yanked releases, and over what was no pin', async context => {
    const world = await pinnedWorld(context, '1.0.0', '1.1.0')
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    await world.commit({ [path]: '<<<<<<< HEAD\n' }, 'A conflict that was committed')
    await world.commit({ [path]: '' }, 'Remove it')
    await world.git(['rm', '--quiet', path])
    await world.commit({}, 'Remove the pin')
    const commit = await world.git(['rev-parse', 'service-a-v1.0.0^{commit}'])
    const tagObject = await pushTag(world, 'service-a-v1.2.0', commit)
    const record = imageRecord('service-a-v1.2.0', { tagObject, commit, digest })
    await putObject(world, 'releases/service-a-v1.2.0.json', record)
    expect(await world.waybill('pin', { ENV: 'prod', TAG: 'service-a-v1.2.0' })).toMatchObject({ code: 0 })
    expect(await world.waybill('yank', { TAG: 'service-a-v1.1.0', REASON: 'bad' })).toMatchObject({ code: 0 })
    expect(await back(world)).toMatchObject({ code: 0 })
    expect(await pinned(world)).toBe('service-a-v1.0.0')
  })

  it('says so where nothing was pinned before, or nothing at all', async context => {
    const world = await pinnedWorld(context, '1.0.0')
    const before = await remoteState(world)
    expect(await back(world)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('nothing that can be used was pinned in prod before service-a-v1.0.0'),
    })
    expect(await back(world, { PREVIOUS: 'b' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('b has no pin in prod'),
    })
    expect(await remoteState(world)).toBe(before)
  })
})
