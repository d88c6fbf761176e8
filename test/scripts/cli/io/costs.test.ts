import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { beforeAll, describe, expect, it } from 'vitest'
import { afterSuite } from '../../../support/cleanup.ts'
import { countGit } from '../../../support/counted-git.ts'
import { operations, pushTag, putObject, readObject, storeZip } from '../../../support/releases.ts'
import { makeWorld, type World, zipService } from '../../../support/world.ts'

/*
 * What commands start and send, which no clock can tell reliably: git processes do not grow with services, tags and
 * commits, and requests only where each release needs one of its own.
 */

const services = ['a', 'b', 'c', 'd', 'e', 'f'].map(letter => `service-${letter}`)
const tagsOf = (version: string) => services.map(service => `${service}-v${version}`)

describe('what a command costs', () => {
  const onFinished = afterSuite()
  let world: World
  let counted: Awaited<ReturnType<typeof countGit>>
  let first: string

  beforeAll(async () => {
    world = await makeWorld({
      files: Object.assign({}, ...services.map(service => zipService(service))),
      onFinished,
    })
    counted = await countGit(world)
    first = await world.git(['rev-parse', 'HEAD'])
    await releaseAll('1.0.0', first)
    await world.json('promote', { TAG: tagsOf('1.0.0').join() })
    const changed = services.map(service => [`services/${service}/main.txt`, 'two\n'] as const)
    await releaseAll('1.1.0', await world.commit(Object.fromEntries(changed)))
    // As pins do, this moves the branch away from what was released.
    await world.commit({ 'README.md': 'docs\n' })
  })

  async function releaseAll(version: string, commit: string): Promise<void> {
    for (const service of services) await storeZip(world, service, commit)
    for (const tag of tagsOf(version)) await pushTag(world, tag, commit)
  }

  async function cost(command: string, options: Record<string, string>) {
    world.emulator.clearRequests()
    await counted.started()
    await world.json(command, options, { env: counted.env })
    return { git: (await counted.started()).toSorted(), requests: operations(world.emulator).toSorted() }
  }

  it('a promotion: four git processes, for one release or many', async () => {
    const one = await cost('promote', { TAG: 'service-a-v1.1.0', DRY_RUN: '1' })
    expect(one.git).toEqual(['cat-file', 'log', 'ls-remote', 'rev-parse'])
    expect(one.requests).toEqual(['GetObject', 'HeadObject', 'HeadObject'])
    const all = await cost('promote', { TAG: tagsOf('1.1.0').join(), DRY_RUN: '1' })
    expect(all.git).toEqual(one.git)
    expect(all.requests).toHaveLength(services.length * one.requests.length)
  })

  it('a build with nothing to do: one request for each service', async () => {
    const one = await cost('build', { SERVICE: 'a' })
    expect(one.git).toEqual(['log', 'ls-files', 'ls-tree', 'rev-parse', 'rev-parse', 'status'])
    expect(one.requests).toEqual(['HeadObject'])
    const all = await cost('build', {})
    expect(all.git).toEqual(one.git)
    expect(all.requests).toEqual(services.map(() => 'HeadObject'))
  })

  it('a reconcile: no git process for a tag, and no request for what SINCE leaves out', async () => {
    const all = await cost('reconcile', { DRY_RUN: '1' })
    const files = ['cat-file', 'cat-file', 'cat-file', 'ls-tree', 'ls-tree']
    expect(all.git).toEqual([...files, 'log', 'ls-remote', 'rev-parse'].toSorted())
    // Of a complete release its artifact, since the listing shows its record; of one that is not promoted, its record and both
    // names of its artifact.
    const reads = all.requests.filter(one => one !== 'ListObjectsV2')
    expect(reads).toHaveLength(services.length * (1 + 3))
    const none = await cost('reconcile', { DRY_RUN: '1', SINCE: 'HEAD' })
    expect(none.git).toEqual(
      [...files, 'ls-remote', 'rev-list', 'rev-list', 'rev-parse', 'rev-parse'].toSorted(),
    )
    expect(none.requests).toEqual(['ListObjectsV2'])
  })

  it('a release: as many git processes for all services as for one', async () => {
    const options = { VERSION: '1.2.0', DRY_RUN: '1' }
    const one = await cost('release', { SERVICE: 'service-a', ...options })
    expect(one.git.length).toBeLessThanOrEqual(13)
    expect(one.git.filter(verb => verb === 'log')).toHaveLength(2)
    const all = await cost('release', { SERVICE: services.join(), ...options })
    expect(all.git).toEqual(one.git)
  })

  it('a trace: no git process for an environment that has the pin', async () => {
    const { git } = await cost('trace', { TAG: 'service-a-v1.0.0' })
    expect(git.length).toBeLessThanOrEqual(9)
  })

  describe('where nobody has touched a service for a thousand commits', () => {
    const idle = 1500

    beforeAll(async () => {
      await addCommits(world, idle)
      await pushTag(world, 'service-b-v1.2.0', 'main~1')
      await world.json('promote', { TAG: tagsOf('1.1.0').join() })
    })

    it.each([
      ['build', { SERVICE: 'a' }, 3, 1],
      ['promote', { TAG: 'service-b-v1.2.0', DRY_RUN: '1' }, 4, 1],
      ['release', { SERVICE: 'a', VERSION: '1.2.0', DRY_RUN: '1' }, 5, 3],
    ] as const)('%s asks the records where its search may stop', async (command, options, logs, lists) => {
      const { git, requests } = await cost(command, options)
      expect(git.filter(verb => verb === 'log')).toHaveLength(logs)
      // Where the records' commits are on the line; a promotion asks nothing else that git would walk all of it for.
      expect(git.filter(verb => verb === 'rev-list')).toHaveLength(lists)
      expect(requests).toContain('GetObject')
    })

    it('a record of another repository stops nothing, and changes no answer', async () => {
      const before = await world.json<{ builds: object[] }>('build', { SERVICE: 'c' })
      const key = 'releases/service-c-v1.1.0.json'
      const record = JSON.parse((await readObject(world, key))?.bytes.toString() ?? '')
      const other = { ...record, commit: 'e'.repeat(40), sourceCommit: 'f'.repeat(40) }
      await putObject(world, key, JSON.stringify(other))
      expect(await world.json('build', { SERVICE: 'c' })).toEqual(before)
      expect(before.builds).toMatchObject([
        { sourceCommit: await world.git(['rev-parse', 'service-c-v1.1.0^{commit}']) },
      ])
    })
  })
})

/** Adds commits of a file that is no input, and pushes them. */
async function addCommits(world: World, count: number): Promise<void> {
  const head = await world.git(['rev-parse', 'HEAD'])
  const commits = Array.from({ length: count }, (_, index) =>
    [
      'commit refs/heads/main',
      `committer Test <test@example.com> ${2_000_000_000 + index} +0000`,
      'data 1\nx',
      ...(index === 0 ? [`from ${head}`] : []),
      `M 100644 inline docs/page\ndata ${String(index).length}\n${index}\n`,
    ].join('\n'),
  )
  const child = spawn('git', ['fast-import', '--quiet'], {
    cwd: world.clone,
    env: world.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.end(commits.join('\n'))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
  await world.git(['reset', '--quiet', '--hard'])
  await world.git(['push', '--quiet', 'origin', 'HEAD'])
}
