import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeHook } from '../../../support/clones.ts'
import { type Context, releasedWorld } from '../../../support/pins.ts'
import { builtWorld, pushTag } from '../../../support/releases.ts'
import { makeWorld, type World, writeFiles } from '../../../support/world.ts'

const VERSION = '1.0.0'
const release = (world: World, extra: Parameters<World['waybill']>[2] = {}) =>
  world.waybill('release', { SERVICE: 'a', VERSION }, extra)

/** The address of a server on loopback that takes connections and never answers. */
async function silentServer({ onTestFinished }: Context): Promise<string> {
  const sockets: { destroy(): void }[] = []
  const server = createServer(socket => sockets.push(socket.on('error', () => undefined)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `127.0.0.1:${address.port}`
}

describe.concurrent('a remote that does not answer ends with 6', () => {
  it.for(['http', 'git'])('over %s', async (protocol, context) => {
    const world = await makeWorld({ onFinished: context.onTestFinished })
    await world.git(['remote', 'set-url', 'origin', `${protocol}://${await silentServer(context)}/shop.git`])
    const outcome = await release(world, { env: { WAYBILL_TIMEOUT_MS: '500' } })
    expect(outcome).toMatchObject({ code: 6, stderr: expect.stringContaining('git-remote-unavailable') })
    expect(outcome.stderr).toContain('it said nothing for 2 s')
  })

  it('though what git started lives on and holds its output open', async context => {
    const world = await makeWorld({ onFinished: context.onTestFinished })
    await world.git(['remote', 'set-url', 'origin', 'ssh://example.invalid/shop.git'])
    // git is not to try out which ssh it is.
    const env = { WAYBILL_TIMEOUT_MS: '500', GIT_SSH_COMMAND: 'sleep 40;:', GIT_SSH_VARIANT: 'ssh' }
    const began = performance.now()
    expect(await release(world, { env })).toMatchObject({ code: 6 })
    expect(performance.now() - began).toBeLessThan(30_000)
  })
})

describe.concurrent('a clone that', () => {
  it('leaves out the trees of old commits is refused, and the remedy makes it usable', async context => {
    const { world } = await builtWorld(context)
    await world.git(['config', 'uploadpack.allowFilter', 'true'], world.remote)
    const folder = join(world.folder, 'treeless')
    const address = `file://${world.remote}`
    await world.git(['clone', '--quiet', '--filter=tree:0', address, folder], world.folder)
    const refused = await release(world, { cwd: folder })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('code   git-treeless-clone') })
    const remedy = /remedy (git config .*) && (git fetch .*)/.exec(refused.stderr) ?? []
    for (const command of remedy.slice(1)) await world.git(command.split(' ').slice(1), folder)
    expect(await release(world, { cwd: folder })).toMatchObject({ code: 0 })
  })

  it('leaves out blobs alone is used', async context => {
    const { world, commit } = await builtWorld(context)
    await world.git(['config', 'uploadpack.allowFilter', 'true'], world.remote)
    const folder = join(world.folder, 'blobless')
    await world.git(
      ['clone', '--quiet', '--filter=blob:none', `file://${world.remote}`, folder],
      world.folder,
    )
    for (const part of ['1', '2', '3', '4']) {
      const other = await world.git(['commit-tree', '-m', part, '-p', commit, `${commit}^{tree}`])
      await pushTag(world, `service-a-v0.${part}.0`, other)
    }
    const trace = join(world.folder, 'trace')
    const extra = { cwd: folder, env: { GIT_TRACE: trace, ALLOW_OLDER: '1' } }
    expect(await release(world, extra)).toMatchObject({ code: 0 })
    // What is missing is asked for at once, not object by object.
    expect((await readFile(trace, 'utf8')).match(/run_command: .*git.* fetch .*/g) ?? []).toEqual([])
    expect((await readFile(trace, 'utf8')).match(/built-in: git fetch /g)).toHaveLength(1)
  })

  it('belongs to another user gets the command that trusts it', async context => {
    const world = await makeWorld({ onFinished: context.onTestFinished })
    const env = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
    const outcome = await release(world, { env })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('code   git-owner') })
    expect(outcome.stderr).toContain(`git config --global --add safe.directory ${world.clone}`)
  })

  it('is used with a git that is too old is told which one it needs', async context => {
    const world = await makeWorld({ onFinished: context.onTestFinished })
    // An older git repeats an option of rev-parse that it does not know.
    const script = `#!/bin/sh
case " $* " in *' version '*) echo git version 2.30.9; exit;; *' --path-format=absolute '*) echo --path-format=absolute;; esac
PATH=$NEWER exec git "$@"
`
    await writeFiles(join(world.folder, 'old'), { git: script })
    const { PATH: NEWER = '' } = world.env
    const env = { NEWER, PATH: `${join(world.folder, 'old')}:${NEWER}` }
    const outcome = await release(world, { env })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('git is older than 2.31') })
    expect(outcome.stderr).toContain('git version 2.30.9')
  })

  it('has grafts is read without them', async context => {
    const { world } = await builtWorld(context)
    const head = await world.commit({ 'README.md': 'docs' }, 'Write docs')
    await mkdir(join(world.clone, '.git', 'info'), { recursive: true })
    // With it, the head would be the first commit, and the source commit of every service.
    await writeFile(join(world.clone, '.git', 'info', 'grafts'), `${head}\n`)
    expect(await release(world)).toMatchObject({ code: 0 })
  })

  it('is set to write another encoding still writes and reads UTF-8', async context => {
    const { world, commit } = await releasedWorld(context, VERSION)
    const head = await world.commit({ 'services/service-a/main.txt': '2' }, 'Größe ändern')
    await world.storeImage('service-a', head)
    for (const name of ['i18n.commitEncoding', 'i18n.logOutputEncoding'])
      await world.git(['config', name, 'ISO-8859-1'])
    await world.json('release', { SERVICE: 'a', VERSION: '1.1.0' })
    expect(await world.git(['cat-file', 'tag', 'service-a-v1.1.0'], world.remote)).toContain('Größe ändern')
    await world.json('pin', { ENV: 'staging', TAG: `service-a-v${VERSION}` })
    const pin = await world.git(['cat-file', 'commit', 'main'], world.remote)
    expect(pin).toContain(`Commit: ${commit}`)
    expect(pin).not.toContain('encoding')
  })
})

it('a pre-push hook that stops a push is named, and not taken for the remote', async context => {
  const { world } = await builtWorld(context)
  await writeHook(world, 'pre-push', 'echo tests declined >&2; exit 1', join(world.clone, '.git', 'hooks'))
  const outcome = await release(world)
  expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('code   git-hook-rejected') })
  expect(outcome.stderr).toContain('tests declined')
  expect(outcome.stderr).toContain('hooks/pre-push')
  expect(await world.git(['tag', '--list'])).toBe('')
})
