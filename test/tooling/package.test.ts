import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commands } from '../../scripts/reference/io/commands.ts'
import { loaders } from '../../scripts/reference/io/loaders.ts'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { sample } from '../support/sample.ts'

/* What `npm pack` makes, and what it needs in a repository that has only its dependencies. */

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'))

let folder: string
let files: string[]
let packedSize: number
const installed = () => join(folder, 'repository')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-package-'))
  const env = { ...bareEnvironment(folder), npm_config_cache: join(folder, 'npm') }
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: projectRoot, env })
  expect(packed).toMatchObject({ code: 0 })
  const tarball = join(folder, `waybill-${manifest.version}.tgz`)
  packedSize = (await stat(tarball)).size
  const home = join(installed(), 'node_modules', 'waybill')
  await mkdir(home, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1'], { cwd: folder, env })
  files = (await readdir(home, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(home.length + 1))
  for (const name of closure(Object.keys(manifest.dependencies))) {
    const to = join(installed(), 'node_modules', name)
    await mkdir(dirname(to), { recursive: true })
    await symlink(join(projectRoot, 'node_modules', name), to)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The packages that these bring along; all stand at the top of node_modules. */
function closure(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue
    found.add(name)
    closure(Object.keys(lock.packages[`node_modules/${name}`].dependencies ?? {}), found)
  }
  return found
}

const node = (...args: string[]) =>
  run(process.execPath, args, { cwd: installed(), env: bareEnvironment(folder) })
const waybill = (...words: string[]) =>
  node('node_modules/waybill/dist/scripts/reference/io/bin.js', ...words)

it('is at most 1 MB, and has nothing of the tests and services', () => {
  expect(packedSize).toBeLessThan(1_000_000)
  const folders = new Set(files.map(file => file.split('/')[0]))
  expect([...folders].toSorted()).toEqual([
    '.github',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist',
    'docs',
    'package.json',
    'waybill.mk',
  ])
  const compiled = files.filter(file => /^dist\/(scripts|cdktf)\/.*\.js$/.test(file))
  expect(compiled.filter(file => !files.includes(`${file}.map`))).toEqual([])
  expect(files.filter(file => /(^|\/)(test|services)\//.test(file) || /(?<!\.d)\.ts$/.test(file))).toEqual([])
})

it('installs at most 40 packages and 60 MB where no stack is synthesized', async () => {
  const names = closure(Object.keys(manifest.dependencies))
  expect(names.size + 1).toBeLessThanOrEqual(40)
  const sizes = await Promise.all([...names].map(name => sizeOf(join(projectRoot, 'node_modules', name))))
  const own = await sizeOf(join(installed(), 'node_modules', 'waybill'))
  expect(sizes.reduce((sum, size) => sum + size, own)).toBeLessThan(60 * 1024 ** 2)
})

async function sizeOf(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const sizes = entries.map(async one =>
    one.isFile() ? (await stat(join(one.parentPath, one.name))).size : 0,
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

it('takes every command by its name', () => {
  expect(Object.keys(loaders).toSorted()).toEqual(commands.map(({ name }) => name).toSorted())
})

const sampled = sample(
  'help of commands in the package',
  commands.map(({ name }) => name),
  name => name === 'release',
)

it.each(sampled)('waybill %s has its help and exit codes', async name => {
  const [help, bad] = await Promise.all([waybill(name, '--help'), waybill(name, 'NO_SUCH_OPTION=1')])
  expect(help).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`^(make|npx waybill) ${name}\\b`)),
  })
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('option-unknown') })
})

it('lists the commands, says its version, and knows what a slip means', async () => {
  const [list, version, slip] = await Promise.all([waybill(), waybill('--version'), waybill('relase')])
  for (const { name } of commands) expect(list.stdout).toContain(`\n  ${name} `)
  expect(version.stdout).toBe(`waybill ${manifest.version}\n`)
  expect(slip).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean release?') })
})

it('says how to install what stacks need, where it is not there', async () => {
  const { code, stderr } = await node('node_modules/waybill/dist/cdktf/main.js')
  expect(code).toBe(2)
  expect(stderr).toContain(`npm install --save-exact ${wantedForStacks}`)
})
const wantedForStacks = Object.entries(manifest.peerDependencies)
  .map(([name, version]) => `${name}@${version}`)
  .join(' ')

it('its types check, those of the libraries included', async () => {
  await writeFile(
    join(installed(), 'release.ts'),
    "import type { ReleaseAnswer } from 'waybill'\nexport const tag = (answer: ReleaseAnswer): string | undefined => answer.releases[0]?.tag\n",
  )
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'esnext',
    '--skipLibCheck',
    'false',
  ]
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  const checked = await node(tsc, ...options, '--types', '', 'release.ts')
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' })
})

it('make has the commands, hands values over as they were written, and leaves other targets alone', async () => {
  const make = (...args: string[]) =>
    run('make', args, { cwd: installed(), env: { ...bareEnvironment(folder), EXTRA: 'x' } })
  await mkdir(join(installed(), 'cdktf'))
  await writeFile(join(installed(), 'cdktf', 'environments.json'), '{}')
  const own = 'all:\n\t@echo "$(ANY) $$EXTRA"\n\ninclude node_modules/waybill/waybill.mk\n'
  await writeFile(join(installed(), 'Makefile'), own)
  const value = `a'b"c\\d$e$(shell touch trace) g`
  const [ours, hostile, unknown, help] = await Promise.all([
    make('ANY=1'),
    make('promote', `TAG=${value}`),
    make('promote', 'X=$(shell touch trace)'),
    make('waybill-help'),
  ])
  expect(ours).toMatchObject({ code: 0, stdout: '1 x\n' })
  expect(hostile).toMatchObject({ code: 2, stderr: expect.stringContaining(JSON.stringify(value)) })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('unknown option X') })
  expect(help.stdout).toContain('waybill <command>')
  expect(await readdir(installed())).not.toContain('trace')
})
