import { describe, expect, it } from 'vitest'
import { anotherClone, tagsOf } from '../../../support/clones.ts'
import type { Context } from '../../../support/pins.ts'
import { builtWorld } from '../../../support/releases.ts'

const TAG = 'service-a-v1.0.0'

async function releasedWorld(context: Context) {
  const { world, commit } = await builtWorld(context)
  await world.json('release', { SERVICE: 'a', VERSION: '1.0.0' })
  await world.json('promote', { TAG })
  return { world, commit }
}

describe.concurrent('a release with a record', () => {
  it('is not free when its tag was removed, and says how to put it back', async context => {
    const { world } = await releasedWorld(context)
    const object = await world.git(['rev-parse', `refs/tags/${TAG}`])
    await world.git(['push', '--quiet', 'origin', `:refs/tags/${TAG}`])
    await world.git(['tag', '--delete', TAG])
    const outcome = await world.waybill('release', { SERVICE: 'a', VERSION: '1.0.0' })
    expect(outcome).toMatchObject({ code: 3 })
    expect(outcome.stderr).toContain(`${TAG} was already released, but its tag is not on the remote`)
    expect(outcome.stderr).toContain(`git push origin ${object}:refs/tags/${TAG}`)
    expect(await tagsOf(world, world.remote)).toEqual([])
  })

  it('gets its tag back from a clone that still has it', async context => {
    const { world } = await releasedWorld(context)
    await world.git(['push', '--quiet', 'origin', `:refs/tags/${TAG}`])
    const outcome = await world.waybill('release', { SERVICE: 'a', VERSION: '1.0.0' })
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('the remote lost it') })
    expect(await world.waybill('trace', { TAG })).toMatchObject({ code: 0 })
  })

  it('stays released when its branch was squashed and deleted', async context => {
    const { world, commit } = await builtWorld(context)
    await world.git(['checkout', '--quiet', '-b', 'hotfix/1'])
    const fix = await world.commit({ 'services/service-a/main.txt': '1a' }, 'Fix it')
    await world.storeImage('service-a', fix)
    await world.json('release', { SERVICE: 'a', VERSION: '1.0.0', COMMIT: fix })
    const unreleased = await world.waybill('release', { SERVICE: 'a', VERSION: '1.0.1', COMMIT: fix })
    expect(unreleased).toMatchObject({ code: 0 })
    await world.json('promote', { TAG })
    await world.git(['push', '--quiet', 'origin', ':hotfix/1'])
    const folder = await anotherClone(world)
    expect(await world.git(['rev-parse', 'HEAD'], folder)).toBe(commit)

    const extra = { cwd: folder }
    const trace = await world.waybill('trace', { TAG }, extra)
    expect(trace).toMatchObject({ code: 0, stdout: expect.stringContaining('its record proves that it was') })
    expect(await world.json('promote', { TAG }, extra)).toMatchObject({
      releases: [{ result: 'already done' }],
    })
    const { stdout } = await world.waybill('reconcile', { JSON: '1' }, extra)
    const { findings } = JSON.parse(stdout) as { findings: { subject: string }[] }
    // Without a record, a tag on no release branch is not a release.
    expect(findings.map(({ subject }) => subject)).toEqual(['service-a-v1.0.1'])
    expect(await world.waybill('promote', { TAG: 'service-a-v1.0.1' }, extra)).toMatchObject({ code: 3 })
  })
})
