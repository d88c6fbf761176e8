import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { remoteState, writeHook } from '../../../support/clones.ts'
import { digest, pinnedText, pinPath, releasedWorld } from '../../../support/pins.ts'
import { moveTag } from '../../../support/releases.ts'
import type { World } from '../../../support/world.ts'

const propose = (world: World, tag: string, more: Record<string, string> = {}) =>
  world.waybill('pin', { ENV: 'staging', TAG: tag, PR: '1', ...more })

describe.concurrent('a pin with PR=1', () => {
  it('is one commit on a branch of its own, says where to open the pull request, and is made once', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    const main = await world.git(['rev-parse', 'main'], world.remote)
    const first = await propose(world, 'service-a-v1.0.0', { JSON: '1' })
    expect(first.code).toBe(0)
    const branch = 'pin/staging/service-a-v1.0.0'
    expect(JSON.parse(first.stdout)).toMatchObject({ result: 'created', proposal: { branch } })
    expect(await world.git(['rev-parse', 'main', `${branch}^`], world.remote)).toBe(`${main}\n${main}`)
    expect(JSON.parse(await pinnedText(world, 'staging', branch))).toMatchObject({
      tag: 'service-a-v1.0.0',
      digest,
    })

    const after = await remoteState(world)
    const second = await propose(world, 'service-a-v1.0.0')
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('already proposed') })
    expect(second.stdout).toContain(`Open the pull request: from ${branch} to main`)
    await world.commit({ 'README.md': 'main goes on\n' })
    expect(await propose(world, 'service-a-v1.0.0')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('already proposed'),
    })
    expect((await remoteState(world)).split('\n').filter(ref => ref.includes(branch))).toEqual(
      after.split('\n').filter(ref => ref.includes(branch)),
    )
  })

  it.for(['pin', 'pin/staging', 'pin/staging/service-a-v1.0.0/x'])(
    'is refused beside a branch %s',
    async (branch, context) => {
      const { world } = await releasedWorld(context, '1.0.0')
      await world.git(['push', '--quiet', 'origin', `main:refs/heads/${branch}`])
      const outcome = await propose(world, 'service-a-v1.0.0')
      expect(outcome).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('is in the way of pin/staging'),
      })
      expect(outcome.stderr).toContain(`git push origin --delete ${branch}\n`)
    },
  )

  it('prints the web address of the pull request, without a password', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    await world.git(['remote', 'set-url', 'origin', 'ssh://git:secret@github.com/acme/waybill.git'])
    // What ssh would run on the server, run here.
    const ssh = join(world.folder, 'ssh')
    await writeFile(
      ssh,
      `case "$*" in *upload-pack*) exec git upload-pack '${world.remote}' ;; *) exec git receive-pack '${world.remote}' ;; esac\n`,
    )
    const env = { GIT_SSH_COMMAND: `sh ${ssh}`, GIT_SSH_VARIANT: 'simple' }
    const outcome = await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0', PR: '1' }, { env })
    expect(outcome).toMatchObject({ code: 0 })
    expect(outcome.stdout).toContain(
      'https://github.com/acme/waybill/compare/main...pin/staging/service-a-v1.0.0?expand=1',
    )
    expect(outcome.stdout).not.toContain('secret')
  })

  it('whose branch was merged is already pinned, and can be proposed again after another release', async context => {
    const { world } = await releasedWorld(context, '1.0.0', '1.1.0')
    const branch = 'pin/staging/service-a-v1.0.0'
    expect(await propose(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
    await world.git(['fetch', '--quiet'])
    await world.git(['merge', '--quiet', '--no-ff', '--message', 'Merge', `origin/${branch}`])
    await world.git(['push', '--quiet', 'origin', 'HEAD'])
    expect(await propose(world, 'service-a-v1.0.0')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is already pinned to service-a-v1.0.0'),
    })
    expect(await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.1.0' })).toMatchObject({ code: 0 })
    expect(await propose(world, 'service-a-v1.0.0', { ALLOW_OLDER: '1' })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is proposed,'),
    })
    const main = await world.git(['rev-parse', 'main'], world.remote)
    expect(await world.git(['rev-parse', `${branch}^`], world.remote)).toBe(main)
  })

  it('whose branch was squashed into main gets a branch of its own, and none is forced', async context => {
    const { world } = await releasedWorld(context, '1.0.0', '1.1.0')
    const branch = 'pin/staging/service-a-v1.0.0'
    expect(await propose(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
    await world.git(['fetch', '--quiet'])
    await world.git(['merge', '--quiet', '--squash', `origin/${branch}`])
    await world.commit({}, 'Pin service-a-v1.0.0 (#1)')
    const merged = await world.git(['rev-parse', branch], world.remote)
    expect(await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.1.0' })).toMatchObject({ code: 0 })
    const { stdout } = await world.waybill('pin', { ENV: 'staging', PREVIOUS: 'a', PR: '1' })
    const main = await world.git(['rev-parse', 'main'], world.remote)
    const own = `${branch}-${main.slice(0, 10)}`
    expect(stdout).toContain(`is proposed, on the branch ${own}`)
    expect(await world.git(['rev-parse', `${own}^`], world.remote)).toBe(main)
    expect(await world.git(['rev-parse', branch], world.remote)).toBe(merged)
    expect((await world.waybill('pin', { ENV: 'staging', PREVIOUS: 'a', PR: '1' })).stdout).toContain(
      'already proposed',
    )
  })

  it('is refused when the branch says something else or is out of date, and does not touch it', async context => {
    const { world } = await releasedWorld(context, '1.0.0', '1.1.0')
    const branch = 'pin/staging/service-a-v1.1.0'
    await world.git(['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`])
    await world.commit({ [pinPath('staging')]: '{}' }, 'Something else', false)
    await world.git(['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`])
    const before = await remoteState(world)
    const other = await propose(world, 'service-a-v1.1.0')
    expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining('holds another proposal') })
    expect(other.stderr).toContain(`git push origin --delete ${branch}`)
    expect(await remoteState(world)).toBe(before)

    await world.git(['push', '--quiet', '--delete', 'origin', branch])
    expect(await propose(world, 'service-a-v1.1.0')).toMatchObject({ code: 0 })
    expect(await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' })).toMatchObject({ code: 0 })
    const stale = await propose(world, 'service-a-v1.1.0')
    expect(stale).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`${pinPath('staging')} has changed on main`),
    })
  })

  it.for<[string, string]>([
    ['another file', 'scripts/deploy.ts'],
    ['another file that a message cannot show', 'a\u001b[2Jb'],
    ['another pin', pinPath('prod')],
  ])('is refused when its branch also changes %s: all of it would be merged', async ([, path], context) => {
    const { world } = await releasedWorld(context, '1.0.0')
    expect(await propose(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
    const branch = 'pin/staging/service-a-v1.0.0'
    await world.git(['fetch', '--quiet', 'origin', branch])
    await world.git(['checkout', '--quiet', '-B', branch, 'FETCH_HEAD'])
    await world.commit({ [path]: 'x\n' }, 'More', false)
    await world.git(['push', '--quiet', 'origin', branch])
    await world.git(['checkout', '--quiet', 'main'])
    const before = await remoteState(world)
    const { code, stderr } = await propose(world, 'service-a-v1.0.0')
    expect(code).toBe(3)
    expect(stderr).toContain(`it also changes "${path.replace('\u001b', '\\u001b')}"`)
    expect(await remoteState(world)).toBe(before)
  })

  it('is refused when the pin on its branch is a link with the same text', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    expect(await propose(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
    const branch = 'pin/staging/service-a-v1.0.0'
    await world.git(['fetch', '--quiet', 'origin', branch])
    await world.git(['checkout', '--quiet', '-B', branch, 'FETCH_HEAD'])
    const blob = await world.git(['rev-parse', `HEAD:${pinPath('staging')}`])
    await world.git(['update-index', '--cacheinfo', `120000,${blob},${pinPath('staging')}`])
    await world.git(['commit', '--quiet', '--message', 'A link'])
    await world.git(['push', '--quiet', 'origin', branch])
    await world.git(['checkout', '--quiet', '--force', 'main'])
    expect(await propose(world, 'service-a-v1.0.0')).toMatchObject({ code: 3 })
  })

  it('of a release whose tag was moved on the remote is refused', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    await moveTag(world, 'service-a-v1.0.0')
    const before = await remoteState(world)
    for (const DRY_RUN of ['1', '0']) {
      const outcome = await propose(world, 'service-a-v1.0.0', { DRY_RUN })
      expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('is not the one that was') })
    }
    expect(await remoteState(world)).toBe(before)
  })

  it('is made once although the answer to its push was lost, and named when the remote rejects it', async context => {
    const { world } = await releasedWorld(context, '1.0.0', '1.1.0')
    // The branch is written, then the connection dies.
    await writeHook(world, 'post-update', 'kill -9 $PPID')
    const lost = await propose(world, 'service-a-v1.0.0', { JSON: '1' })
    expect(lost.code).toBe(0)
    const tip = await world.git(['rev-parse', 'pin/staging/service-a-v1.0.0'], world.remote)
    expect(JSON.parse(lost.stdout)).toMatchObject({ result: 'created', commit: tip })

    await writeHook(world, 'pre-receive', 'echo "no branches for you" >&2; exit 1')
    const before = await remoteState(world)
    const rejected = await propose(world, 'service-a-v1.1.0')
    expect(rejected).toMatchObject({ code: 3, stderr: expect.stringContaining('no branches for you') })
    expect(rejected.stderr).toContain('permission to push branches named pin/…')
    expect(await remoteState(world)).toBe(before)
  })

  it('says what is missing where neither or both of TAG and PREVIOUS are named', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    const before = await remoteState(world)
    for (const options of [
      {},
      { TAG: 'service-a-v1.0.0', PREVIOUS: 'a' },
      { PREVIOUS: 'a,b' },
      { TAG: 'service-a-v1.0.0', COMMIT: 'HEAD' },
    ] as Record<string, string>[]) {
      const outcome = await world.waybill('pin', { ENV: 'staging', ...options })
      expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('PREVIOUS=a') })
    }
    expect(await remoteState(world)).toBe(before)
  })
})
