import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'

it('takes three services from commits to pins, and leaves nothing behind', async () => {
  const place = await makePlace()
  const demo = start(place)
  expect(await demo.ended).toBe(0)
  const rows = tableOf(demo.output())
  expect(rows.map(({ service, tag, pin }) => [service, tag, pin])).toEqual([
    ['service-a', 'service-a-v1.0.0', 'service-a-v1.1.0 instead'],
    ['service-a', 'service-a-v1.1.0', '✔ this release'],
    ['service-b', 'service-b-v1.0.0', '✔ this release'],
    ['service-c', 'service-c-v1.0.0', '✔ this release'],
  ])
  const [oldA, newA, b, c] = rows
  expect(newA?.commit).toBe(newA?.source)
  expect(b?.commit).toBe(b?.source)
  expect(c?.commit).toBe(b?.commit)
  expect(c?.source).not.toBe(c?.commit)
  expect(oldA?.digest).not.toBe(newA?.digest)
  expect(demo.output()).toContain('built service-a, service-b, service-c; 0 stored before')
  expect(demo.output()).toContain('built service-a; 2 stored before')
  expect(demo.output()).toContain('built service-b; 2 stored before')
  expect(demo.output()).toContain('none a write')
  expect(demo.output()).not.toContain('\u001b')
  await expectClean(place)
})

it('works in a shallow checkout on a detached HEAD with changes, and Ctrl-C in the middle leaves nothing behind', async () => {
  const place = await makePlace()
  const checkout = await shallowCheckout(place)
  const demo = start(place, { checkout })
  await demo.says('pushed service-a-v1.0.0')
  expect(demo.output()).toMatch(/\d+ uncommitted changes? in this checkout (is|are) not part of it/)
  expect(demo.output()).toContain('this checkout is shallow')
  demo.child.kill('SIGINT')
  expect(await demo.ended).toBe(130)
  expect(demo.output()).toContain('Interrupted')
  await expectClean(place)
})

it('says what failed and what the program printed, and leaves nothing behind', async () => {
  const place = await makePlace()
  const bin = await gitThatCannotPush(place)
  const demo = start(place, { path: bin })
  expect(await demo.ended).toBe(1)
  expect(demo.output()).toContain('✖')
  expect(demo.output()).toContain('no space left on the remote')
  await expectClean(place)
})

type Place = { folder: string; temporary: string; env: Record<string, string> }

async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  await writeFile(join(folder, 'gitconfig'), '[safe]\n  directory = *\n')
  return { folder, temporary, env: { ...bareEnvironment(folder), TMPDIR: temporary } }
}

function start({ env }: Place, options: { checkout?: string; path?: string } = {}) {
  const program = join(options.checkout ?? projectRoot, 'test', 'demo', 'demo.ts')
  const PATH = options.path === undefined ? env.PATH : `${options.path}:${env.PATH}`
  const child: ChildProcess = spawn(process.execPath, [program], { env: { ...env, PATH } })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', text => {
      output += text
    })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return {
    child,
    ended,
    output: () => output,
    says: (text: string) => expect.poll(() => output, { timeout: 50_000, interval: 20 }).toContain(text),
  }
}

async function shallowCheckout({ folder, env }: Place): Promise<string> {
  const checkout = join(folder, 'checkout')
  const git = (args: string[], cwd: string) => run('git', args, { cwd, env })
  await git(['clone', '--quiet', '--depth=1', `file://${projectRoot}`, checkout], folder)
  await git(['checkout', '--quiet', '--detach'], checkout)
  await cp(join(projectRoot, 'test'), join(checkout, 'test'), { recursive: true })
  await writeFile(join(checkout, 'services', 'service-a', 'new.txt'), 'not committed\n')
  await symlink(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'))
  return checkout
}

async function gitThatCannotPush({ folder }: Place): Promise<string> {
  const bin = join(folder, 'bin')
  const script = `#!/bin/sh
case " $* " in *" push "*) echo 'no space left on the remote' >&2; exit 1 ;; esac
PATH="\${PATH#*${bin}:}" exec git "$@"
`
  await mkdir(bin)
  await writeFile(join(bin, 'git'), script)
  await chmod(join(bin, 'git'), 0o755)
  return bin
}

function tableOf(output: string) {
  const lines = output.split('\n').filter(line => /^service-\w+ {2}/.test(line))
  return lines.map(line => {
    const [service, tag, commit, source, digest, pin] = line.split(/ {2,}/)
    return { service, tag, commit, source, digest, pin }
  })
}

async function expectClean({ folder, temporary }: Place): Promise<void> {
  expect(await readdir(temporary)).toEqual([])
  expect((await commandLines()).filter(line => line.includes(folder))).toEqual([])
}

async function commandLines(): Promise<string[]> {
  const entries = await readdir('/proc').catch(() => undefined)
  if (entries === undefined) {
    const { stdout } = await run('ps', ['-A', '-ww', '-o', 'args'], {
      cwd: '/',
      env: { PATH: '/bin:/usr/bin' },
    })
    return stdout.split('\n')
  }
  const ids = entries.filter(name => /^\d+$/.test(name))
  return await Promise.all(ids.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
}
