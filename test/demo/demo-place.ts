import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'

// The demo's own limits come first, and leave room for a busy machine.
const longestWaitMs = 470_000

/** A test's own folder, with the home and the temporary folder of a demo. */
export type Place = { folder: string; temporary: string; env: Record<string, string> }

/** Makes the folder, and removes it after the test. */
export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  await writeFile(join(folder, 'gitconfig'), '[safe]\n  directory = *\n')
  return { folder, temporary, env: { ...bareEnvironment(folder), TMPDIR: temporary } }
}

/** Starts the demo of a checkout, this one by default; it ends with the test at the latest. */
export function start({ env }: Place, options: { checkout?: string; path?: string } = {}) {
  const program = join(options.checkout ?? projectRoot, 'test', 'demo', 'demo.ts')
  const PATH = options.path ?? env.PATH
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
    says: (text: string) =>
      expect.poll(() => output, { timeout: longestWaitMs, interval: 20 }).toContain(text),
  }
}

/** Makes a shallow checkout on a detached HEAD with a file that is not committed. */
export async function shallowCheckout({ folder, env }: Place): Promise<string> {
  const checkout = join(folder, 'checkout')
  const git = (args: string[], cwd: string) => run('git', args, { cwd, env })
  await git(['clone', '--quiet', '--depth=1', `file://${projectRoot}`, checkout], folder)
  await git(['checkout', '--quiet', '--detach'], checkout)
  await cp(join(projectRoot, 'test'), join(checkout, 'test'), { recursive: true })
  await writeFile(join(checkout, 'services', 'service-a', 'new.txt'), 'not committed\n')
  await symlink(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'))
  return checkout
}

/** The body of a shell script: a git that fails to push tags, and otherwise is the real one. */
export function gitThatPushesNoTags(bin: string): string {
  return `case " $* " in *" push "*refs/tags/*) echo 'no space left on the remote' >&2; exit 1 ;; esac
PATH="\${PATH#*${bin}:}" exec git "$@"`
}

/** Writes a shell script as a program with a name. */
export async function writeProgram(bin: string, name: string, body: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`)
  await chmod(join(bin, name), 0o755)
}

/** The path, with each folder that has terraform replaced by a folder of links to everything else in it. */
export async function pathWithoutTerraform({ folder, env }: Place): Promise<string> {
  const folders = (env.PATH ?? '').split(delimiter).map(async (from, index) => {
    const names = await readdir(from).catch((): string[] => [])
    if (!names.includes('terraform')) return from
    const rest = join(folder, `path-${index}`)
    await mkdir(rest)
    const others = names.filter(name => name !== 'terraform')
    await Promise.all(others.map(name => symlink(join(from, name), join(rest, name))))
    return rest
  })
  return (await Promise.all(folders)).join(delimiter)
}

/** The command lines of terraform that belong to the demo of a place. */
export async function terraformOf({ folder }: Place): Promise<string[]> {
  return (await commandLines()).filter(line => line.startsWith('terraform') && line.includes(folder))
}

/** Fails if a demo left a file or a process behind. */
export async function expectClean({ folder, temporary }: Place): Promise<void> {
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
