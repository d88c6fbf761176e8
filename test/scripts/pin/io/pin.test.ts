import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anotherClone, cloneState, remoteState, writeHook } from '../../../support/clones.ts'
import { digest, pinnedText, pinPath, pinText, releasedWorld } from '../../../support/pins.ts'
import { pushTag, writes } from '../../../support/releases.ts'
import type { World } from '../../../support/world.ts'

const path = pinPath('staging')

function pin(world: World, tag: string, more: Record<string, string> = {}) {
  return world.waybill('pin', { ENV: 'staging', TAG: tag, ...more })
}

describe.concurrent('a pin', () => {
  it('is one commit that changes one file, and does not touch dirty files, index or branch', async context => {
    const { world, commit } = await releasedWorld(context, '1.0.0')
    await writeFile(join(world.clone, 'services/service-a/main.txt'), 'changed, not staged\n')
    await writeFile(join(world.clone, 'services/service-b/main.txt'), 'changed and staged\n')
    await writeFile(join(world.clone, 'untracked.txt'), 'new\n')
    await world.git(['add', 'services/service-b/main.txt'])
    const before = await cloneState(world)

    const first = await pin(world, 'service-a-v1.0.0', { JSON: '1' })
    expect(first.code).toBe(0)
    expect(JSON.parse(first.stdout)).toMatchObject({
      environment: 'staging',
      path,
      pin: { tag: 'service-a-v1.0.0', commit, digest },
      result: 'created',
    })
    expect(await world.git(['log', '--format=%P', '--max-count=1', 'main'], world.remote)).toBe(commit)
    expect(await world.git(['diff', '--name-status', `${commit}..main`], world.remote)).toBe(`A\t${path}`)
    expect(await pinnedText(world, 'staging')).toBe(pinText(commit, '1.0.0'))
    const message = await world.git(['log', '--format=%B', '--max-count=1', 'main'], world.remote)
    expect(message).toMatch(/^Pin service-a-v1\.0\.0 in staging\n/)
    expect(message).not.toMatch(/\[(skip ci|ci skip|no ci|skip actions|actions skip)\]|skip-checks/i)
    expect(await cloneState(world)).toBe(before)

    const after = await remoteState(world)
    const second = await pin(world, 'service-a-v1.0.0')
    expect(second).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('already pinned to service-a-v1.0.0'),
    })
    expect(await remoteState(world)).toBe(after)
    expect(await cloneState(world)).toBe(before)
    expect(writes(world.emulator)).toEqual([])
  })

  it('moves to a newer release by itself, and to an older one only with ALLOW_OLDER=1', async context => {
    const { world, commit } = await releasedWorld(context, '1.9.0', '1.10.0')
    expect(await pin(world, 'service-a-v1.9.0')).toMatchObject({ code: 0 })
    const up = await pin(world, 'service-a-v1.10.0')
    expect(up).toMatchObject({ code: 0, stdout: expect.stringContaining('before: service-a-v1.9.0') })
    const before = await remoteState(world)
    const down = await pin(world, 'service-a-v1.9.0')
    expect(down.code).toBe(3)
    expect(down.stderr).toContain(
      'staging is pinned to service-a-v1.10.0, which is newer than service-a-v1.9.0',
    )
    expect(down.stderr).toContain('ALLOW_OLDER=1')
    expect(await remoteState(world)).toBe(before)
    expect(await pin(world, 'service-a-v1.9.0', { ALLOW_OLDER: '1' })).toMatchObject({ code: 0 })
    expect(await pinnedText(world, 'staging')).toBe(pinText(commit, '1.9.0'))
  })

  it('of a release that does not exist, or not as it was recorded, is refused', async context => {
    const { world, commit } = await releasedWorld(context, '1.0.0')
    await pushTag(world, 'service-a-v1.1.0', commit)
    const before = await remoteState(world)
    const unreleased = await pin(world, 'service-a-v1.1.0', { JSON: '1' })
    expect(unreleased).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('make promote TAG=service-a-v1.1.0'),
    })
    expect(JSON.parse(unreleased.stdout)).toMatchObject({ error: { exitCode: 4 } })

    await world.git(['push', '--quiet', '--delete', 'origin', 'service-a-v1.0.0'])
    const removed = await pin(world, 'service-a-v1.0.0')
    expect(removed).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('is not the one that was released'),
    })
    const object = await world.git(['rev-parse', 'service-a-v1.0.0'])
    expect(removed.stderr).toContain(`git push origin ${object}:refs/tags/service-a-v1.0.0`)
    await world.git(['push', '--quiet', 'origin', `${object}:refs/tags/service-a-v1.0.0`])
    expect(await remoteState(world)).toBe(before)
  })

  it('of a pre-release is refused in prod and accepted in staging; an unknown environment is named', async context => {
    const { world } = await releasedWorld(context, '1.0.0-rc.1')
    const before = await remoteState(world)
    const refused = await pin(world, 'service-a-v1.0.0-rc.1', { ENV: 'prod' })
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('prod does not accept pre-releases'),
    })
    const unknown = await pin(world, 'service-a-v1.0.0-rc.1', { ENV: 'production' })
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no environment production'),
    })
    expect(unknown.stderr).toContain('staging, prod')
    const dry = await pin(world, 'service-a-v1.0.0-rc.1', { DRY_RUN: '1', JSON: '1' })
    expect(JSON.parse(dry.stdout)).toMatchObject({ result: 'would be created' })
    expect(await remoteState(world)).toBe(before)
    expect(await pin(world, 'service-a-v1.0.0-rc.1')).toMatchObject({ code: 0 })
  })

  it.for<[string, string]>([
    ['invalid JSON', '{ "tag": '],
    ['a pin without digest', '{ "tag": "service-a-v1.0.0", "commit": "abc" }'],
    ['a conflict that was committed', '<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n'],
    ['empty', ''],
  ])('that somebody left as %s is not overwritten', async ([, text], context) => {
    const { world } = await releasedWorld(context, '1.0.0')
    await world.commit({ [path]: text })
    const before = await remoteState(world)
    const outcome = await pin(world, 'service-a-v1.0.0')
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(path) })
    expect(outcome.stderr).toContain('remove')
    expect(await remoteState(world)).toBe(before)
  })

  it('lands after others have moved the branch between its read and its push', async context => {
    const { world, commit } = await releasedWorld(context, '1.0.0')
    const rival = await anotherClone(world, 'rival')
    await world.git(['checkout', '--quiet', '--detach'], rival)
    // Each push of a pin meets, three times over, a branch that has moved meanwhile.
    await writeHook(
      world,
      'pre-receive',
      `n=$(cat "$GIT_DIR/rivals" 2>/dev/null || echo 0)
[ -n "$RIVAL" ] && exit 0
[ "$n" -ge 3 ] && exit 0
echo $((n + 1)) > "$GIT_DIR/rivals"
unset GIT_DIR GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
cd '${rival}' && git fetch --quiet && git checkout --quiet --detach origin/main &&
git commit --quiet --allow-empty --message "rival $n" && RIVAL=1 git push --quiet origin HEAD:main`,
    )
    expect(await pin(world, 'service-a-v1.0.0')).toMatchObject({ code: 0, stderr: '' })
    const log = await world.git(['log', '--format=%s', 'main'], world.remote)
    expect(log.split('\n')).toEqual([
      'Pin service-a-v1.0.0 in staging',
      'rival 2',
      'rival 1',
      'rival 0',
      'Change something',
    ])
    expect(await world.git(['rev-list', '--merges', 'main'], world.remote)).toBe('')
    expect(await pinnedText(world, 'staging')).toBe(pinText(commit, '1.0.0'))
  })

  it('that the remote rejects ends with 3 and its words, and changes nothing', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    const before = [await remoteState(world), await cloneState(world)]
    await writeHook(world, 'pre-receive', 'echo "main is protected by the release team" >&2; exit 1')
    const outcome = await pin(world, 'service-a-v1.0.0')
    expect(outcome).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('main is protected by the release'),
    })
    expect([await remoteState(world), await cloneState(world)]).toEqual(before)
  })

  it('whose push landed but whose answer was lost is made once', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    // The branch is written, then the connection dies.
    await writeHook(world, 'post-update', 'kill -9 $PPID')
    expect(await pin(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
    await rm(join(world.remote, 'hooks/post-update'))
    expect(await pin(world, 'service-a-v1.0.0')).toMatchObject({ stdout: expect.stringContaining('already') })
    expect(await world.git(['rev-list', '--count', 'main'], world.remote)).toBe('2')
  })

  it('is made from a clone that is behind, detached, in a subfolder, or hooked by git itself', async context => {
    const { world, commit } = await releasedWorld(context, '1.0.0')
    const other = await anotherClone(world)
    await world.commit({ 'README.md': 'newer\n' })
    await world.git(['checkout', '--quiet', '--detach'], other)
    const before = await world.git(['status', '--porcelain=v2', '--branch'], other)
    const outcome = await world.waybill(
      'pin',
      { ENV: 'staging', TAG: 'service-a-v1.0.0' },
      {
        cwd: join(other, 'services/service-a'),
        env: {
          GIT_DIR: join(world.folder, 'elsewhere'),
          GIT_INDEX_FILE: '/nowhere/index',
          GIT_LITERAL_PATHSPECS: '1',
        },
      },
    )
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(await pinnedText(world, 'staging')).toBe(pinText(commit, '1.0.0'))
    expect(await world.git(['show', 'main:README.md'], world.remote)).toBe('newer')
    expect(await world.git(['status', '--porcelain=v2', '--branch'], other)).toBe(before)
  })

  it('says how to tell git who you are', async context => {
    const { world } = await releasedWorld(context, '1.0.0')
    const before = await remoteState(world)
    await writeFile(
      join(world.folder, 'gitconfig'),
      '[safe]\n  directory = *\n[user]\n  useConfigOnly = true\n',
    )
    const outcome = await pin(world, 'service-a-v1.0.0')
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('git config user.name') })
    expect(await remoteState(world)).toBe(before)
  })
})
