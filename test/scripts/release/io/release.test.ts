import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anotherClone, remoteState, tagsOf, writeHook } from '../../../support/clones.ts'
import { builtWorld, pushTag, storeZip, writes } from '../../../support/releases.ts'
import { run } from '../../../support/run.ts'
import type { World } from '../../../support/world.ts'

function release(world: World, options: Record<string, string>, extra: Parameters<World['waybill']>[2] = {}) {
  return world.waybill('release', { SERVICE: 'a', VERSION: '1.0.0', ...options }, extra)
}

function messageOf(world: World, tag: string): Promise<string> {
  return world.git(['for-each-ref', '--format=%(contents)', `refs/tags/${tag}`], world.remote)
}

const short = (commit: string) => commit.slice(0, 10)

describe.concurrent('a release', () => {
  it('shows its checks and pushes an annotated tag that lists the commits of the service alone', async context => {
    const { world, commit } = await builtWorld(context)
    const first = await release(world, {})
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout.match(/✔ .*/g)).toEqual([
      `✔ service-a exists at ${short(commit)}`,
      `✔ ${short(commit)} is on main of the remote`,
      '✔ the tag service-a-v1.0.0 is free, here and on the remote',
      '✔ 1.0.0 is the first version of service-a',
      `✔ the artifact of its source commit ${short(commit)} is stored`,
      '✔ pushed service-a-v1.0.0',
    ])
    expect(await messageOf(world, 'service-a-v1.0.0')).toBe(
      `service-a-v1.0.0\n\nCommits that touched the inputs of service-a so far:\n\n- ${short(commit)} Change something`,
    )
    expect(await world.git(['cat-file', '-t', 'service-a-v1.0.0'], world.remote)).toBe('tag')
    expect(await world.git(['rev-parse', 'service-a-v1.0.0^{commit}'], world.remote)).toBe(commit)

    const touching = await world.commit(
      { 'services/service-a/more.txt': '1' },
      'Add $(more) \u202eof a\u200b\n\nbody',
    )
    await world.commit({ 'services/service-b/main.txt': 'b' }, 'Change b')
    await world.commit({ 'README.md': 'docs' }, 'Write docs')
    await world.git(['checkout', '--quiet', '-b', 'feature', touching])
    await world.git(['mv', 'services/service-a/more.txt', 'services/service-a/moved.txt'])
    const moved = await world.commit({}, 'Move a file of a', false)
    await world.git(['checkout', '--quiet', 'main'])
    await world.git(['merge', '--quiet', '--no-ff', '--message', 'Merge feature', 'feature'])
    await world.git(['push', '--quiet', 'origin', 'main'])
    const merge = await world.git(['rev-parse', 'HEAD'])
    await world.storeImage('service-a', merge)
    const second = await world.json('release', { SERVICE: 'service-a', VERSION: 'minor' })
    expect(second).toMatchObject({
      releases: [{ tag: 'service-a-v1.1.0', commit: merge, sourceCommit: merge, result: 'created' }],
    })
    expect(await messageOf(world, 'service-a-v1.1.0')).toBe(
      [
        'service-a-v1.1.0\n\nCommits that touched the inputs of service-a since service-a-v1.0.0:\n',
        `- ${short(moved)} Move a file of a`,
        `- ${short(touching)} Add $(more) of a`,
      ].join('\n'),
    )
    expect(writes(world.emulator).filter(line => !line.includes(merge) && !/Layer/.test(line))).toEqual([])
  })

  it('lists a merge that itself changed the service', async context => {
    const { world, commit } = await builtWorld(context)
    await pushTag(world, 'service-a-v1.0.0', commit)
    await world.git(['checkout', '--quiet', '-b', 'feature'])
    await world.commit({ 'README.md': 'docs' }, 'Write docs', false)
    await world.git(['checkout', '--quiet', 'main'])
    await world.git(['merge', '--quiet', '--no-ff', '--no-commit', 'feature'])
    const merge = await world.commit({ 'services/service-a/main.txt': 'evil\n' }, 'Merge docs, and more')
    await world.storeImage('service-a', merge)
    await world.json('release', { SERVICE: 'a', VERSION: '1.1.0' })
    expect(await messageOf(world, 'service-a-v1.1.0')).toContain(`- ${short(merge)} Merge docs, and more`)
  })

  it.for<[string, string]>([
    ['tag.gpgSign', 'true'],
    ['tag.forceSignAnnotated', 'true'],
  ])('is signed when git is configured so (%s)', async ([name, value], context) => {
    const { world } = await builtWorld(context)
    const key = join(world.folder, 'key')
    const made = await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', key], {
      cwd: world.folder,
      env: world.env,
    })
    expect(made.code).toBe(0)
    const signers = join(world.folder, 'signers')
    await writeFile(signers, `test@example.com ${await readFile(`${key}.pub`, 'utf8')}`)
    const settings = { 'gpg.format': 'ssh', 'user.signingKey': key, 'gpg.ssh.allowedSignersFile': signers }
    for (const setting of Object.entries({ ...settings, [name]: value }))
      await world.git(['config', ...setting])
    expect(await release(world, {})).toMatchObject({ code: 0, stderr: '' })
    const object = await world.git(['cat-file', 'tag', 'service-a-v1.0.0'], world.remote)
    expect(object).toContain('-----BEGIN SSH SIGNATURE-----')
    await world.git(['verify-tag', 'service-a-v1.0.0'])

    await world.git(['config', 'user.signingKey', join(world.folder, 'no-such-key')])
    const before = await remoteState(world)
    const unsigned = await release(world, { SERVICE: 'b' })
    expect(unsigned).toMatchObject({ code: 2, stderr: expect.stringContaining('user.signingKey') })
    expect(await remoteState(world)).toBe(before)
    expect(await tagsOf(world)).toEqual(['service-a-v1.0.0'])
  })

  it('finds the next version that a person asks for', async context => {
    const { world, commit } = await builtWorld(context)
    const head = await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
    await world.storeImage('service-a', head)
    const next = async (VERSION: string) => {
      const options = { SERVICE: 'a', VERSION, DRY_RUN: '1', ALLOW_OLDER: '1' }
      const { releases } = await world.json<{ releases: [{ tag: string }] }>('release', options)
      return releases[0].tag
    }
    expect(await next('minor')).toBe('service-a-v0.1.0')
    await pushTag(world, 'service-a-v1.1.9', commit)
    await pushTag(world, 'service-a-v1.1.10', commit)
    await pushTag(world, 'service-b-v7.0.0', commit)
    expect(await next('patch')).toBe('service-a-v1.1.11')
    await pushTag(world, 'service-a-v1.2.0-rc.1', commit)
    expect(await Promise.all(['patch', 'minor', 'major'].map(next))).toEqual([
      'service-a-v1.1.11',
      'service-a-v1.2.0',
      'service-a-v2.0.0',
    ])
    const patch = await release(world, { VERSION: 'patch' })
    expect(patch).toMatchObject({ code: 3, stderr: expect.stringContaining('VERSION=1.2.0') })
    const lower = await release(world, { VERSION: '1.2.0-beta.1' })
    expect(lower).toMatchObject({ code: 3, stderr: expect.stringContaining('not higher than 1.2.0-rc.1') })
    expect(await tagsOf(world)).not.toContain('service-a-v1.2.0')
  })

  it('of several services makes every check first, then pushes each tag by itself', async context => {
    const { world, commit } = await builtWorld(context)
    await writeHook(world, 'pre-receive', 'cat > "$GIT_DIR/one"; wc -l < "$GIT_DIR/one" >> "$GIT_DIR/counts"')
    const head = await world.commit({ 'services/service-b/main.txt': 'service-b 2\n' })
    await world.git(['config', 'push.followTags', 'true'])
    await world.git(['tag', '--annotate', '--message', 'mine', 'my-own-tag'])
    const before = await remoteState(world)
    const failed = await release(world, { SERVICE: 'a,b', JSON: '1' })
    expect(failed).toMatchObject({ code: 4, stderr: expect.stringContaining('service-b is not built yet') })
    expect(failed.stderr).toContain(`git checkout ${head} && make build SERVICE=service-b`)
    expect(failed.stderr).toContain('✔ 1.0.0 is the first version of service-a')
    expect(failed.stderr).toContain('✔ 1.0.0 is the first version of service-b')
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { exitCode: 4 } })
    expect(await remoteState(world)).toBe(before)
    expect(await tagsOf(world)).toEqual(['my-own-tag'])

    await storeZip(world, 'service-b', head)
    const released = await world.json<{ releases: { tag: string; sourceCommit: string }[] }>('release', {
      SERVICE: 'a,b,service-a',
      VERSION: '1.0.0',
    })
    expect(released.releases).toMatchObject([
      { tag: 'service-a-v1.0.0', commit: head, sourceCommit: commit },
      { tag: 'service-b-v1.0.0', commit: head, sourceCommit: head },
    ])
    expect(await tagsOf(world, world.remote)).toEqual(['service-a-v1.0.0', 'service-b-v1.0.0'])
    const counts = (await readFile(join(world.remote, 'counts'), 'utf8')).trim().split(/\s+/)
    expect(counts).toEqual(['1', '1', '1'])
  })

  it('waits for a build that is still running, and gives up with 4 after WAIT', async context => {
    const { world } = await builtWorld(context)
    const head = await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
    expect(await release(world, { WAIT: '1s' })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('WAIT=10m'),
    })
    expect(await tagsOf(world, world.remote)).toEqual([])
    // The build ends right after the first look for it.
    world.emulator.inject({
      operation: 'BatchGetImage',
      kind: 'delay',
      times: 1,
      actionAt: 'after',
      action: async () => void (await world.storeImage('service-a', head)),
    })
    const outcome = await release(world, { WAIT: '20s' })
    expect(outcome).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('waiting for the build'),
    })
    expect(await tagsOf(world, world.remote)).toEqual(['service-a-v1.0.0'])
  })

  it('of an older line needs ALLOW_OLDER=1, and lists what came since the last version below it', async context => {
    const { world, commit } = await builtWorld(context)
    await pushTag(world, 'service-a-v1.0.0', commit)
    const main = await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' }, 'Go on')
    await pushTag(world, 'service-a-v2.0.0', main)
    await world.git(['checkout', '--quiet', '-b', 'hotfix/1', commit])
    const fix = await world.commit({ 'services/service-a/main.txt': 'service-a 1a\n' }, 'Fix it')
    await world.storeImage('service-a', fix)
    const refused = await release(world, { VERSION: '1.0.1', COMMIT: 'hotfix/1' })
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('ALLOW_OLDER=1') })
    expect(await tagsOf(world, world.remote)).toEqual(['service-a-v1.0.0', 'service-a-v2.0.0'])
    const allowed = await release(world, { VERSION: '1.0.1', COMMIT: short(fix), ALLOW_OLDER: '1' })
    expect(allowed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is on hotfix/1 of the remote'),
    })
    expect(await messageOf(world, 'service-a-v1.0.1')).toBe(
      `service-a-v1.0.1\n\nCommits that touched the inputs of service-a since service-a-v1.0.0:\n\n- ${short(fix)} Fix it`,
    )
  })

  it('that exists is already done, even after a pin moved the branch; from another commit it is refused', async context => {
    const { world, commit } = await builtWorld(context)
    await pushTag(world, 'service-a-v1.0.0', commit)
    await world.commit({ 'cdktf/pins/staging/service-a.json': '{}' }, 'Pin service-a-v1.0.0 in staging')
    const before = await remoteState(world)
    for (const options of [{}, { VERSION: 'patch' }, { COMMIT: commit }]) {
      const again = await release(world, options)
      expect(again).toMatchObject({ code: 0, stderr: '' })
      expect(again.stdout).toContain('service-a-v1.0.0 is already released')
    }
    const changed = await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
    await world.storeImage('service-a', changed)
    const other = await release(world, {})
    expect(other.code).toBe(3)
    expect(other.stderr).toContain('service-a-v1.0.0 was already released, from another commit')
    expect(other.stderr).toContain(commit)
    expect((await remoteState(world)).replace(changed, '')).toContain('refs/tags/service-a-v1.0.0')
    expect((await remoteState(world)).split('\n')).toHaveLength(before.split('\n').length)
  })

  it('whose tag a killed run left unpushed is pushed as it is', async context => {
    const { world } = await builtWorld(context)
    await world.git(['tag', '--annotate', '--message', 'made before', 'service-a-v1.0.0'])
    await world.commit({ 'cdktf/pins/staging/service-b.json': '{}' }, 'Pin service-b in staging')
    const outcome = await release(world, {})
    expect(outcome.stdout).toContain('is here for this commit, not yet pushed')
    expect(await messageOf(world, 'service-a-v1.0.0')).toBe('made before')

    await world.git(['tag', 'service-b-v1.0.0'])
    const light = await release(world, { SERVICE: 'b' })
    expect(light).toMatchObject({ code: 3, stderr: expect.stringContaining('git tag -d service-b-v1.0.0') })
    expect(await tagsOf(world, world.remote)).toEqual(['service-a-v1.0.0'])
  })

  it("that the remote rejects ends with 3 and the hook's words, and leaves no tag here", async context => {
    const { world } = await builtWorld(context)
    await writeHook(
      world,
      'pre-receive',
      'printf "only \\033[31mrelease managers\\033[0m may tag\\n" >&2; exit 1',
    )
    const outcome = await release(world, { JSON: '1' })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('the remote origin rejects') })
    expect(outcome.stderr).toMatch(/only .*release managers.* may tag/)
    expect(outcome.stderr).not.toContain('\u001b')
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { exitCode: 3 } })
    expect(await tagsOf(world)).toEqual([])
    expect(await tagsOf(world, world.remote)).toEqual([])
  })

  it('whose push landed but whose answer was lost is done', async context => {
    const { world } = await builtWorld(context)
    await writeHook(world, 'post-update', 'touch "$GIT_DIR/struck"; kill -9 $PPID')
    expect(await release(world, {})).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('pushed service-a'),
    })
    await readFile(join(world.remote, 'struck'))
    expect(await tagsOf(world, world.remote)).toEqual(['service-a-v1.0.0'])
  })

  it('made twice at once from one commit is one release, and both say so', async context => {
    const { world, commit } = await builtWorld(context)
    const [one, two] = await race(world, [commit, commit])
    expect([one.code, two.code]).toEqual([0, 0])
    expect([one.result, two.result].toSorted()).toEqual(['already done', 'created'])
    expect(await tagsOf(world, world.remote)).toEqual(['service-a-v1.0.0'])
  })

  it('made twice at once from two commits is one release, and the loser keeps no tag', async context => {
    const { world, commit } = await builtWorld(context)
    const head = await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
    await world.storeImage('service-a', head)
    const outcomes = await race(world, [commit, head])
    expect(outcomes.map(({ code }) => code).toSorted()).toEqual([0, 3])
    const winner = outcomes.find(({ code }) => code === 0)
    const loser = outcomes.find(({ code }) => code === 3)
    expect(loser?.stderr).toContain('was just released by someone else, from another commit')
    expect(await tagsOf(world, loser?.folder)).toEqual([])
    const tagged = await world.git(['rev-parse', 'service-a-v1.0.0^{commit}'], world.remote)
    expect(tagged).toBe(winner?.commit)
  })

  it('with DRY_RUN=1 writes neither tag nor object, and shows the message', async context => {
    const { world } = await builtWorld(context)
    const before = await remoteState(world)
    const objects = await world.git(['count-objects'])
    const outcome = await release(world, { DRY_RUN: '1' })
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Commits that touched the inputs'),
    })
    expect([await remoteState(world), await tagsOf(world)]).toEqual([before, []])
    expect(await world.git(['count-objects'])).toBe(objects)
    expect(writes(world.emulator)).toEqual([])
  })
})

/** Releases one version from two clones, whose pushes meet at the remote: a hook holds each until both are there. */
async function race(world: World, commits: [string, string]) {
  await writeHook(
    world,
    'pre-receive',
    `touch "$GIT_DIR/arrived.$$"
for i in $(seq 200); do
  set -- "$GIT_DIR"/arrived.*
  [ $# -ge 2 ] && exit 0
  sleep 0.05
done`,
  )
  const folders = [await anotherClone(world, 'one'), await anotherClone(world, 'two')]
  const release = async (commit: string, index: number) => {
    const folder = folders[index] as string
    const outcome = await world.waybill(
      'release',
      { SERVICE: 'a', VERSION: '1.0.0', COMMIT: commit, JSON: '1' },
      { cwd: folder, env: { GIT_COMMITTER_NAME: `Person ${index}` } },
    )
    const result = JSON.parse(outcome.stdout).releases?.[0].result as string | undefined
    return { ...outcome, result, folder, commit }
  }
  return await Promise.all([release(commits[0], 0), release(commits[1], 1)])
}
