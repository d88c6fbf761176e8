import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { commands } from '../../scripts/reference/io/commands.ts'
import { loaders } from '../../scripts/reference/io/loaders.ts'
import { installDocker } from '../docker/install.ts'
import { clientsFor } from '../emulator/clients.ts'
import { startProvider } from '../provider/provider.ts'
import { hasTerraform } from '../provider/workspace.ts'
import { expectDone } from '../support/deploy.ts'
import { closureOf, dependencies, install, manifest, pack } from '../support/package.ts'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { sample } from '../support/sample.ts'
import { makeWorld, writeFiles } from '../support/world.ts'

/* What `npm pack` makes, and what it needs in a repository that has only its dependencies. */

let folder: string
let tarball: string
let files: string[]
let packedSize: number
const installed = () => join(folder, 'repository')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-package-'))
  tarball = await pack(folder)
  packedSize = (await stat(tarball)).size
  const home = await install(tarball, installed(), Object.keys(dependencies))
  files = (await readdir(home, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(home.length + 1))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const node = (...args: string[]) =>
  run(process.execPath, args, { cwd: installed(), env: bareEnvironment(folder) })
const waybill = (...words: string[]) =>
  node('node_modules/waybill/dist/scripts/reference/io/bin.js', ...words)

it('is at most 1 MB, and has nothing of the tests and services', () => {
  expect(packedSize).toBeLessThan(1_000_000)
  expect(files).not.toContain('.github/workflows/publish.yml')
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

it('what it brings along can be loaded', async () => {
  const brought = files.filter(file => /^dist\/vendor\/[^/]+\.js$/.test(file))
  expect(brought).toContain('dist/vendor/aws-sdk-client-sns.js')
  const code = `for (const file of ${JSON.stringify(brought)}) await import('./node_modules/waybill/' + file)`
  expect(await node('--input-type=module', '-e', code)).toEqual({ code: 0, stdout: '', stderr: '' })
})

it('what all AWS clients share has a range: npm would install a pinned version a second time', () => {
  const shared = Object.entries(dependencies).filter(([name]) => !/\/client-|^fflate$|^zod$/.test(name))
  expect(shared.length).toBeGreaterThan(0)
  expect(shared.filter(([, version]) => !version.startsWith('^'))).toEqual([])
})

it('installs at most 40 packages and 60 MB where no stack is synthesized', async () => {
  const names = closureOf(Object.keys(dependencies))
  expect(names.size + 1).toBeLessThanOrEqual(40)
  const sizes = await Promise.all([...names].map(name => sizeOf(join(projectRoot, 'node_modules', name))))
  const own = await sizeOf(join(installed(), 'node_modules', 'waybill'))
  expect(sizes.reduce((sum, size) => sum + size, own)).toBeLessThan(60 * 1024 ** 2)
})

it('the jobs of CI that synthesize no stack install at most 60 MB', async () => {
  const { packages } = JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: true; optional?: true; devOptional?: true; peer?: true; link?: true }>
  }
  const needed = Object.entries(packages).filter(
    ([path, { dev, optional, devOptional, peer, link }]) =>
      path.startsWith('node_modules/') && !(dev || optional || devOptional || peer || link),
  )
  expect(needed.length).toBeGreaterThan(20)
  const sizes = await Promise.all(needed.map(([path]) => sizeOf(join(projectRoot, path))))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60 * 1024 ** 2)
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
  expect(stderr).toContain(`npm install --save-exact --save-optional ${wantedForStacks}`)
})
const wantedForStacks = Object.entries(manifest.peerDependencies)
  .map(([name, version]) => `${name}@${version}`)
  .join(' ')

it('its stack traces name the source', async () => {
  const text = "const { parsePin } = await import('waybill/dist/scripts/pin/pin.js'); parsePin(7, 'pin')"
  const url = pathToFileURL(join(installed(), 'node_modules/waybill/dist/scripts/pin/pin.js')).href
  const { stderr } = await node(
    '--enable-source-maps',
    '--input-type=module',
    '-e',
    text.replace('waybill/dist/scripts/pin/pin.js', url),
  )
  const [, line] = /scripts\/pin\/pin\.ts:(\d+)/.exec(stderr) ?? []
  const source = (await readFile(join(projectRoot, 'scripts/pin/pin.ts'), 'utf8')).split('\n')
  expect(source[Number(line) - 1]).toMatch(/parse/)
})

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

const services = {
  'services/labels/pyproject.toml': '[project]\nname = "labels"\n',
  'services/labels/main.py': 'def handler(event, context):\n    return "label"\n',
  'services/quotes/go.mod': 'module example.com/quotes\n',
  'services/quotes/Dockerfile': 'FROM scratch\nCOPY main.txt /main.txt\nCMD ["/main"]\n',
  'services/quotes/main.txt': 'quotes 1\n',
}

const extension = `import type { Extend } from 'waybill/stack'
const extend: Extend<'lambda-zip'> = (_, resources) => {
  resources.function.memorySize = 320
}
export default extend
`

const withTerraform = it.skipIf(!(await hasTerraform()))

withTerraform(
  'a new repository goes from three commands to staging, and on to the next version',
  async () => {
    const world = await makeWorld({ files: services, repositories: [] })
    await world.git(['rm', '--quiet', 'cdktf/environments.json', '.gitignore'])
    await world.commit({ 'package.json': '{ "private": true }', 'package-lock.json': '{}' })
    const provider = await startProvider({ endpoint: world.emulator.url })
    onTestFinished(() => provider.close())
    const bin = join(world.folder, 'bin')
    await installDocker(bin)
    const env = { ...world.env, ...provider.env, PATH: `${bin}:${world.env.PATH}` }
    const start = async (program: string, ...args: string[]) =>
      expectDone(await run(program, args, { cwd: world.clone, env, timeout: 120_000 }))
    const make = (...args: string[]) => start('make', ...args)
    const waybill = (...words: string[]) =>
      start(process.execPath, 'node_modules/waybill/dist/scripts/reference/io/bin.js', ...words)

    const home = await install(
      tarball,
      world.clone,
      Object.keys({ ...dependencies, ...manifest.peerDependencies }),
    )
    await waybill(
      'init',
      'ACCOUNT=111111111111',
      'REGION=eu-central-1',
      'ENVIRONMENTS=staging,prod',
      'REPOSITORY=acme/parcels',
      'SERVICES=all',
      'GUARDIAN=1',
    )
    expect(
      (await world.git(['status', '--porcelain', '--untracked-files=all'])).split('\n').length,
    ).toBeLessThanOrEqual(20)
    await world.commit({})
    expect(await world.git(['ls-files', '*.ts'])).toBe('')
    await world.commit({ 'services/labels/stack.ts': extension })
    await make('bootstrap')
    await make('bootstrap', 'ENV=staging')
    await make('build')
    for (const service of ['labels', 'quotes', 'guardian']) {
      const tag = `${service}-v1.0.0`
      await make('release', `SERVICE=${service}`, 'VERSION=1.0.0')
      await make('promote', `TAG=${tag}`)
      await make('pin', 'ENV=staging', `TAG=${tag}`)
      await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    }
    await make('deploy', 'ENV=staging')
    const { stdout } = await make('trace', 'TAG=labels-v1.0.0')
    expect(stdout).toContain('staging')
    const { lambda } = clientsFor(world.emulator)
    const deployed = new GetFunctionConfigurationCommand({ FunctionName: 'labels-staging' })
    expect(await lambda.send(deployed)).toMatchObject({ MemorySize: 320 })
    // It runs, and misses what environments.json does not say yet.
    const guardian = await lambda.send(new InvokeCommand({ FunctionName: 'guardian-staging:STAGING' }))
    expect(Buffer.from(guardian.Payload ?? []).toString()).toContain('the variable GUARDED')

    const path = '.github/workflows/build.yml'
    await world.commit({ [path]: `${await readFile(join(world.clone, path), 'utf8')}# ours\n` })
    const next = (file: string, change: (text: string) => string) =>
      readFile(join(home, file), 'utf8').then(text => writeFiles(home, { [file]: change(text) }))
    await next('package.json', text =>
      text.replace(`"version": "${manifest.version}"`, '"version": "99.0.0"'),
    )
    await next('CHANGELOG.md', text => text.replace('\n## ', '\n## 99.0.0\n\nBuilds may take longer.\n\n## '))
    await next(path, text => text.replace('timeout-minutes: 60', 'timeout-minutes: 90'))
    const upgraded = await waybill('upgrade')
    expect(upgraded.stdout).toContain(`${path}: merged`)
    expect(upgraded.stdout).toContain('Builds may take longer.')
    expect(upgraded.stdout).not.toContain(`## ${manifest.version}`)
    const merged = await readFile(join(world.clone, path), 'utf8')
    expect(merged).toContain('timeout-minutes: 90')
    expect(merged).toMatch(/# ours\n$/)
  },
)
