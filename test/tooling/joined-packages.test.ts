import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { JoinedIndex } from '../../scripts/base/program/joined-packages.ts'
import { environments, pinned, services } from '../cdktf/catalogue.ts'
import { readStacks, resource } from '../cdktf/synthesized.ts'
import { linkPackages } from '../support/linked-packages.ts'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { writeFiles } from '../support/world.ts'

/* The packages that `make installed` joins, in a copy of the project that has the same packages. */

let folder: string
let joined: string
const inCopy = (...names: string[]) => join(folder, ...names)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-joined-#%20é-'))
  joined = inCopy('node_modules', '.cache', 'joined')
  const parts = ['scripts', 'cdktf', '.ci', 'services/guardian/bundle.ts', 'package.json']
  await Promise.all(parts.map(part => cp(join(projectRoot, part), inCopy(part), { recursive: true })))
  await linkPackages(folder)
  const listed = inCopy('node_modules', '.package-lock.json')
  // Some tests change its time.
  await rm(listed)
  await cp(join(projectRoot, 'node_modules', '.package-lock.json'), listed)
  expect(await node('.ci/join-packages.ts')).toEqual({ code: 0, stdout: '', stderr: '' })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const node = (...args: string[]) => run(process.execPath, args, { cwd: folder, env: bareEnvironment(folder) })

// Says at the end how many modules of packages were loaded from where.
const counting = `
  import { registerHooks } from 'node:module'
  const counts = { joined: 0, packages: 0 }
  registerHooks({ load(url, context, next) {
    if (url.includes('/node_modules/.cache/joined/')) counts.joined++
    else if (url.includes('/node_modules/')) counts.packages++
    return next(url, context)
  } })
  process.on('exit', () => process.stderr.write(JSON.stringify(counts)))
`

/** Synthesizes services, and says what was loaded for it. */
async function synth(name: string, own: Record<string, string> = {}) {
  const root = inCopy(name)
  await mkdir(root)
  await writeFiles(root, own)
  const oneEnvironment = environments(text => {
    text.environments = { staging: text.environments.staging as Record<string, unknown> }
  })
  const kinds = { x: { kind: 'lambda-zip' }, y: { kind: 'lambda-image' }, z: { kind: 'ecs-service' } }
  const outdir = join(root, 'out')
  const input = { ...pinned(services(kinds), oneEnvironment), root, outdir }
  for (const service of Object.keys(kinds)) await mkdir(join(root, 'services', service), { recursive: true })
  await writeFile(join(root, 'input.json'), JSON.stringify(input))
  await writeFile(join(root, 'counting.mjs'), counting)
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['--import', pathToFileURL(join(root, 'counting.mjs')).href, 'cdktf/main.ts'],
    { cwd: folder, env: { ...bareEnvironment(folder), SYNTH_INPUT: join(root, 'input.json') } },
  )
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '' })
  const stacks = readStacks(outdir)
  return { stacks, folder: join(outdir, 'stacks'), counts: JSON.parse(stderr) as Record<string, number> }
}

it('export all that the packages export', async () => {
  const { files } = JSON.parse(await readFile(join(joined, 'index.json'), 'utf8')) as JoinedIndex
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['zod', 'cdktf', '@aws-sdk/client-ecr']))
  const differing: string[] = []
  for (const [name, file] of Object.entries(files)) {
    const [ours, theirs] = await Promise.all([import(pathToFileURL(join(joined, file)).href), import(name)])
    const missing = Object.keys(theirs).filter(
      one => !(one in ours) && !['module.exports', '__esModule'].includes(one),
    )
    if (missing.length > 0) differing.push(`${name}: ${missing}`)
  }
  expect(differing).toEqual([])
})

it('stand in for all packages of a synth, whose stacks are the same without them', async () => {
  const fast = await synth('joined')
  expect(fast.counts).toEqual({ joined: expect.toSatisfy(count => count > 0), packages: 0 })
  const listed = inCopy('node_modules', '.package-lock.json')
  await utimes(listed, new Date(0), new Date(0))
  const plain = await synth('plain')
  expect(plain.counts).toEqual({ joined: 0, packages: expect.toSatisfy(count => count > 100) })
  expect(plain.stacks).toEqual(fast.stacks)
  await cp(join(projectRoot, 'node_modules', '.package-lock.json'), listed)
  expect(await node('.ci/join-packages.ts')).toEqual({ code: 0, stdout: '', stderr: '' })
})

it('are what the modules of a repository get, too, with packages that were not joined', async () => {
  const { stacks, folder, counts } = await synth('own', {
    'asset/file.txt': 'text',
    'services/x/stack.ts': `
      import { join } from 'node:path'
      import { AssetType, TerraformAsset, TerraformStack } from 'cdktf'
      import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js'
      export default (stack: TerraformStack) => {
        if (!(stack instanceof TerraformStack)) throw new Error('a stack of another cdktf')
        const path = join(import.meta.dirname, '../../asset')
        const asset = new TerraformAsset(stack, 'files', { path, type: AssetType.ARCHIVE })
        new SqsQueue(stack, 'jobs', { name: asset.assetHash })
      }`,
  })
  expect(counts.joined).toBeGreaterThan(0)
  const name = String(resource(stacks['x-staging'] as never, 'aws_sqs_queue.jobs').name)
  expect(name).toMatch(/^[0-9A-F]{32}$/)
  const assets = await readdir(join(folder, 'x-staging', 'assets'), { recursive: true })
  expect(assets).toContainEqual(expect.stringMatching(/archive\.zip$/))
})

/** What a command says that fails for want of a repository, once all of it is loaded, and what was loaded for it. */
async function promote() {
  const counter = pathToFileURL(inCopy('counting.mjs')).href
  await writeFile(inCopy('counting.mjs'), counting)
  const { code, stderr } = await node('--import', counter, 'scripts/promote.ts', 'TAG=service-a-v1.0.0')
  const [, said, counts] = /^(.*)(\{.*\})$/s.exec(stderr) ?? []
  return { code, said, counts: JSON.parse(counts ?? '') as Record<string, number> }
}

it.each(['', '{', '{"state": "other"}'])('are not used where their index is %j', async text => {
  const fast = await promote()
  expect(fast.counts).toEqual({ joined: expect.toSatisfy(count => count > 0), packages: 0 })
  const index = join(joined, 'index.json')
  const whole = await readFile(index)
  await writeFile(index, text)
  const plain = await promote()
  await writeFile(index, whole)
  expect(plain.counts).toEqual({ joined: 0, packages: expect.toSatisfy(count => count > 0) })
  expect(plain).toEqual({ ...fast, counts: plain.counts })
})
