import { spawn } from 'node:child_process'
import { chmod, copyFile, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bareEnvironment, type Outcome, projectRoot, run } from '../support/run.ts'

const lock = '.node_modules.lock'
// Empties the folder, as npm does, and takes its time. It fails where another one is at work, or if it is told to.
const npm = `#!/bin/sh
echo begin >>npm.log
mkdir busy || { echo clash >>npm.log; exit 1; }
rm -rf node_modules
sleep 0.5
mkdir -p node_modules/.bin
rmdir busy
test ! -e broken
`

/** A folder with the Makefile and without packages, and what runs its make. */
async function checkout() {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-install-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = (...names: string[]) => join(folder, ...names)
  await mkdir(path('scripts'))
  await mkdir(path('bin'))
  await copyFile(join(projectRoot, 'Makefile'), path('Makefile'))
  await writeFile(path('scripts', 'deploy.ts'), '')
  await writeFile(path('package-lock.json'), '{}')
  await writeFile(path('bin', 'npm'), npm)
  await chmod(path('bin', 'npm'), 0o755)
  const env = bareEnvironment(folder)
  const options = { cwd: folder, env: { ...env, PATH: `${path('bin')}:${env.PATH}` } }
  return {
    path,
    start() {
      const child = spawn('make', ['installed'], options)
      let text = ''
      child.stderr.setEncoding('utf8').on('data', more => {
        text += more
      })
      const ended = new Promise<number | null>(resolve => child.once('close', resolve))
      return { ended, said: () => text }
    },
    make: (target = 'installed'): Promise<Outcome> => run('make', [target], options),
    installed: async () => (await readFile(path('npm.log'), 'utf8')).trim().split('\n'),
    isLocked: () =>
      lstat(path(lock)).then(
        () => true,
        () => false,
      ),
    lockFor: (owner: number | undefined) => symlink(String(owner), path(lock)),
  }
}

it('several makes at once install the packages once', async () => {
  const { make, installed, isLocked } = await checkout()
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => make()))
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(await installed()).toEqual(['begin'])
  expect(await isLocked()).toBe(false)
  expect(await make()).toMatchObject({ code: 0, stderr: '' })
})

it.each(['installed', 'commands', 'stacks', 'runtime'])(
  'packages of another lock file are installed anew, however new their files are (make %s)',
  async target => {
    const { make, path, installed } = await checkout()
    for (const locked of ['{}', '{ "lockfileVersion": 3 }', '{}']) {
      await writeFile(path('package-lock.json'), locked)
      expect(await make(target)).toMatchObject({ code: 0 })
      expect(await make(target)).toMatchObject({ code: 0, stderr: '' })
    }
    expect(await installed()).toEqual(['begin', 'begin', 'begin'])
  },
)

it('makes that need different packages take turns', async () => {
  const { make, installed } = await checkout()
  const outcomes = await Promise.all([make('installed'), make('runtime')])
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
  expect(await installed()).toEqual(['begin', 'begin'])
})

it('the lock of a shell that was killed holds up nobody', async () => {
  const { make, lockFor, installed, isLocked } = await checkout()
  await lockFor(await deadProcess())
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => make()))
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(await installed()).toEqual(['begin'])
  expect(await isLocked()).toBe(false)
})

it('a make waits for one that still installs, and says so', async () => {
  const { start, lockFor, path, isLocked } = await checkout()
  await lockFor(process.pid)
  const waiting = start()
  await expect.poll(waiting.said).toContain('Another make is installing the packages')
  await expect(readFile(path('npm.log'))).rejects.toThrow()
  await rm(path(lock))
  expect(await waiting.ended).toBe(0)
  expect(waiting.said().match(/Another make/g)).toHaveLength(1)
  expect(await isLocked()).toBe(false)
})

it('a failed installation leaves no lock, and the next make tries again', async () => {
  const { make, path, installed, isLocked } = await checkout()
  await writeFile(path('broken'), '')
  expect((await make()).code).toBe(2)
  expect(await isLocked()).toBe(false)
  await rm(path('broken'))
  expect((await make()).code).toBe(0)
  expect(await installed()).toEqual(['begin', 'begin'])
})

async function deadProcess(): Promise<number | undefined> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await new Promise(resolve => child.once('exit', resolve))
  return child.pid
}
