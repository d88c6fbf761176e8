import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tagsOf, writeHook } from '../../../support/clones.ts'
import { builtWorld } from '../../../support/releases.ts'

const SERVICE = 'a'
const VERSION = '1.0.0'

describe.concurrent('releases', () => {
  it('of one version, many at once from one clone, are one release: 0 for its commit, 3 for another', async context => {
    const { world, commit } = await builtWorld(context)
    const head = await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
    await world.storeImage('service-a', head)
    // Holds the lock on the tag for so long that others meet it.
    const slow = '[ "$1" != prepared ] || sleep 1'
    await writeHook(world, 'reference-transaction', slow, join(world.clone, '.git', 'hooks'))
    const commits = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? commit : head))
    const outcomes = await Promise.all(
      commits.map(COMMIT => world.waybill('release', { SERVICE, VERSION, COMMIT })),
    )
    const released = await world.git(['rev-parse', `service-a-v${VERSION}^{commit}`], world.remote)
    expect(outcomes.map(({ code }) => code)).toEqual(commits.map(one => (one === released ? 0 : 3)))
    expect(outcomes.filter(({ stderr }) => /remove the lock|user\.name/.test(stderr))).toEqual([])
    expect(await tagsOf(world)).toEqual(['service-a-v1.0.0'])
  })

  it('of one version, many at once from one clone, which the remote rejects all end with 3', async context => {
    const { world } = await builtWorld(context)
    await writeHook(world, 'pre-receive', 'sleep 1; exit 1')
    const runs = Array.from({ length: 4 }, () => world.waybill('release', { SERVICE, VERSION }))
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([3, 3, 3, 3])
    expect(await tagsOf(world)).toEqual([])
  })

  it('of several services of which the remote rejects one say which were released', async context => {
    const { world } = await builtWorld(context)
    await writeHook(world, 'update', 'case $1 in *service-a*) echo "not a" >&2; exit 1;; esac')
    const outcome = await world.waybill('release', { SERVICE: 'b,a', VERSION, JSON: '1' })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('not a') })
    expect(outcome.stderr).toContain('Released all the same, and not to be released again: service-b-v1.0.0')
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      releases: [{ tag: 'service-b-v1.0.0', result: 'created' }],
      error: { code: 'release-tag-rejected' },
    })
    expect(await tagsOf(world, world.remote)).toEqual(['service-b-v1.0.0'])

    const first = await world.waybill('release', { SERVICE: 'a,b', VERSION: '1.0.0' })
    expect(first).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('service-b-v1.0.0 is already released'),
    })
    expect(first.stderr).not.toContain('all the same')
  })

  it('are refused beside a tag that is in the way, here or on the remote', async context => {
    const { world } = await builtWorld(context)
    await world.git(['tag', 'service-a-v1.0.0/mine'])
    const here = await world.waybill('release', { SERVICE, VERSION })
    expect(here).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('git tag -d service-a-v1.0.0/mine'),
    })
    await world.git(['push', '--quiet', 'origin', 'service-a-v1.0.0/mine'])
    await world.git(['tag', '--delete', 'service-a-v1.0.0/mine'])
    const remote = await world.waybill('release', { SERVICE, VERSION })
    expect(remote).toMatchObject({ code: 3 })
    expect(remote.stderr).toContain('git push origin :refs/tags/service-a-v1.0.0/mine')
  })

  it('of a commit with [skip ci] say that CI will not promote them', async context => {
    const { world } = await builtWorld(context)
    await world.commit({ 'README.md': 'docs' }, 'Write docs [skip ci]')
    const { code, stdout } = await world.waybill('release', { SERVICE, VERSION })
    expect(code).toBe(0)
    expect(stdout).toContain("GitHub will not start the tag's workflow")
    expect(stdout).toContain('CI will not promote it. By hand: make promote TAG=service-a-v1.0.0')
  })
})
