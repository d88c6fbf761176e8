import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import { printPin } from '../../scripts/pin/pin.ts'
import { hasTerraform } from '../provider/workspace.ts'
import { bareEnvironment, type Outcome, projectRoot, run } from '../support/run.ts'
import { writeFiles } from '../support/world.ts'
import { environments, pinned, pinOf, sampleServices, services } from './catalogue.ts'
import { addresses, readStacks } from './synthesized.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-synth-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Runs `node cdktf/main.ts` in a folder. */
function synth(cwd: string, env: Record<string, string> = {}, options: string[] = []): Promise<Outcome> {
  const main = join(projectRoot, 'cdktf', 'main.ts')
  return run(process.execPath, [...options, main], { cwd, env: { ...bareEnvironment(cwd), ...env } })
}

const file = (path: string) => readFile(join(projectRoot, path), 'utf8')

/** A work tree with this repository's services, some of which are pinned. */
async function workTree(pins: Record<string, string[]>): Promise<string> {
  const folder = await temporaryFolder()
  const configs: Record<string, ServiceConfig> = sampleServices()
  const files: Record<string, string> = { 'cdktf/environments.json': await file('cdktf/environments.json') }
  for (const [name, config] of Object.entries(configs)) {
    files[`services/${name}/service.json`] = await file(`services/${name}/service.json`)
    for (const environment of Object.keys(pins).filter(one => pins[one]?.includes(name)))
      files[`cdktf/pins/${environment}/${name}.json`] = printPin(pinOf(name, config))
  }
  await writeFiles(folder, files)
  return folder
}

const all = ['service-a', 'service-b', 'service-c']

it('synthesizes the foundation and everything pinned, and lists what is not pinned', async () => {
  const folder = await workTree({ staging: all, prod: ['service-b'] })
  const { code, stdout, stderr } = await synth(folder)
  expect(stderr).toBe('')
  expect(stdout).toBe(`foundation: shared by all services
service-b-prod: service-b-v1.1.0
service-a-staging: service-a-v1.1.0
service-b-staging: service-b-v1.1.0
service-c-staging: service-c-v1.1.0
guardian in staging: no pin, so no stack
guardian in prod: no pin, so no stack
service-a in prod: no pin, so no stack
service-c in prod: no pin, so no stack
5 stacks are in cdktf.out/stacks
`)
  expect(code).toBe(0)
  expect(await readdir(join(folder, 'cdktf.out', 'stacks'))).toHaveLength(5)
})

it('a service without its former pin loses its stack', async () => {
  const folder = await workTree({ staging: all })
  await synth(folder)
  await rm(join(folder, 'cdktf/pins/staging/service-a.json'))
  await synth(folder)
  expect(Object.keys(readStacks(join(folder, 'cdktf.out')))).toEqual([
    'foundation',
    'service-b-staging',
    'service-c-staging',
  ])
})

it.skipIf(!(await hasTerraform()))('terraform accepts every stack', async () => {
  const folder = await temporaryFolder()
  const route = (priority: number, type: string) => ({
    kind: 'ecs-service',
    settings: { route: { priority, paths: ['/x'] }, strategy: { type } },
  })
  const others = services({
    blue: route(1, 'blue-green'),
    canary: route(2, 'canary'),
    linear: route(3, 'linear'),
    network: { kind: 'lambda-zip', settings: { inNetwork: true } },
  })
  await synth(folder, await inputFile(folder, pinned({ ...sampleServices(), ...others })))
  const stacks = join(folder, 'out', 'stacks')
  const names = await readdir(stacks)
  expect(names).toHaveLength(17)
  const env = bareEnvironment(folder)
  for (const name of names) {
    const { code, stderr } = await run('terraform', ['get'], { cwd: join(stacks, name), env })
    expect(stderr).toBe('')
    expect(code).toBe(0)
  }
})

/** Writes an input like Waybill's own scripts and returns the variable that names it. */
async function inputFile(folder: string, input: ReturnType<typeof pinned>) {
  const path = join(folder, 'input.json')
  await writeFile(path, JSON.stringify({ ...input, outdir: join(folder, 'out') }))
  return { SYNTH_INPUT: path }
}

it('synthesizes only what an input names, into a folder that it creates', async () => {
  const folder = await workTree({ staging: all })
  const input = pinned(sampleServices())
  const only = input.stacks.filter(one => one.service === 'service-b' && one.environment === 'prod')
  const path = join(folder, 'input.json')
  const outdir = join(folder, 'deep', 'down')
  await writeFile(path, JSON.stringify({ ...input, foundation: false, stacks: only, outdir }))
  expect(await synth(folder, { SYNTH_INPUT: path })).toEqual({ code: 0, stdout: '', stderr: '' })
  const stacks = readStacks(outdir)
  expect(Object.keys(stacks)).toEqual(['service-b-prod'])
  expect(addresses(stacks['service-b-prod'])).toContain('aws_lambda_function.function')
  expect(await readdir(folder)).not.toContain('cdktf.out')
})

it('the same input gives the same bytes', async () => {
  const folder = await temporaryFolder()
  const variable = await inputFile(folder, pinned(sampleServices()))
  const bytes = async () => {
    await synth(folder, variable)
    const stacks = join(folder, 'out', 'stacks')
    const names = (await readdir(stacks)).toSorted()
    return await Promise.all(names.map(name => readFile(join(stacks, name, 'cdk.tf.json'), 'utf8')))
  }
  const first = await bytes()
  expect(first).toHaveLength(9)
  expect(await bytes()).toEqual(first)
})

it('reports the faults of all files at once, with remedies', async () => {
  const folder = await workTree({ staging: all })
  await writeFiles(folder, {
    'cdktf/environments.json': '{',
    'services/service-a/service.json': '{ "kind": "ecs" }',
    'services/Service_D/service.json': '{}',
    'cdktf/pins/staging/service-b.json': '{}',
  })
  const { code, stdout, stderr } = await synth(folder)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  for (const text of [
    '✖ cdktf/environments.json is not JSON',
    'services/service-a/service.json is not valid:',
    'Service_D',
    'cdktf/pins/staging/service-b.json is not valid:',
    'remedy Correct cdktf/environments.json; docs/schemas/environments.schema.json describes it.',
    'remove cdktf/pins/staging/service-b.json in a commit of its own',
  ])
    expect(stderr).toContain(text)
  expect(stderr).not.toContain('    at ')
})

it('refuses a service that cannot run in an environment, like any command', async () => {
  const folder = await workTree({ staging: ['service-a'] })
  const json = JSON.parse(await file('cdktf/environments.json'))
  json.environments.staging.cluster = undefined
  await writeFiles(folder, { 'cdktf/environments.json': JSON.stringify(json) })
  expect(await synth(folder)).toEqual({
    code: 2,
    stdout: '',
    stderr: `✖ service-a in staging needs a cluster, which cdktf/environments.json does not name
  remedy Add to staging there: "cluster": "…"
  code   setting-missing
`,
  })
})

it('prints the error as JSON for a program, like any command', async () => {
  const folder = await temporaryFolder()
  const nowhere = environments(json => {
    delete json.environments.staging?.cluster
  })
  const variable = await inputFile(folder, pinned(services({ x: { kind: 'ecs-service' } }), nowhere))
  const { code, stdout } = await synth(folder, variable)
  expect(code).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      errorCode: { code: 'setting-missing', ending: 'badInput' },
      problem: 'x in staging needs a cluster, which cdktf/environments.json does not name',
      remedy: 'Add to staging there: "cluster": "…"',
    },
  })
})

it('says where to run it', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'services'))
  const { code, stderr } = await synth(folder)
  expect(code).toBe(2)
  expect(stderr).toContain('cdktf/environments.json cannot be read')
  expect(stderr).toContain('docs/adopt.md')
})

it('a hundred services take no more than 250 MB', async () => {
  const kinds = ['ecs-service', 'lambda-zip', 'lambda-image']
  const many = Array.from({ length: 100 }, (_, index) => {
    const route = { priority: index + 1, paths: [`/${index}`] }
    const kind = kinds[index % 3]
    const settings = kind === 'ecs-service' ? { route, strategy: { type: 'canary' } } : {}
    return [`service-${index}`, { kind, settings }]
  })
  const one = environments(json => {
    json.environments = { staging: json.environments.staging as Record<string, unknown> }
  })
  const folder = await temporaryFolder()
  const variable = await inputFile(folder, pinned(services(Object.fromEntries(many)), one))
  const report =
    'process.on("exit", () => process.stdout.write(JSON.stringify([process.resourceUsage().maxRSS, process.uptime()])))'
  const { code, stdout } = await synth(folder, variable, ['--import', `data:text/javascript,${report}`])
  expect(code).toBe(0)
  const [kilobytes, seconds] = JSON.parse(stdout) as [number, number]
  process.stdout.write(
    `a synth of 100 services: ${seconds.toFixed(2)} s, ${Math.round(kilobytes / 1024)} MB\n`,
  )
  expect(await readdir(join(folder, 'out', 'stacks'))).toHaveLength(101)
  expect(kilobytes / 1024).toBeLessThan(250)
})

it.each([
  ['process.exit()', 'services/service-b/stack.ts:2 cannot be loaded'],
  ['export default () => process.exit(0)', 'services/service-b/stack.ts:2 fails for service-b in prod'],
])('an extension can neither print to stdout nor end the synth: %s', async (line, problem) => {
  const folder = await workTree({})
  const { stacks, ...input } = pinned(sampleServices())
  const only = stacks.filter(one => one.service === 'service-b' && one.environment === 'prod')
  const path = join(folder, 'input.json')
  await writeFiles(folder, {
    'input.json': JSON.stringify({ ...input, foundation: false, stacks: only, root: folder, outdir: folder }),
    'services/service-b/stack.ts': `process.stdout.write('printed\\n'); console.log('logged')\n${line}\n`,
  })
  const { code, stdout, stderr } = await synth(folder, { SYNTH_INPUT: path })
  expect(code).toBe(2)
  expect(stderr).toContain('printed\nlogged\n')
  expect(JSON.parse(stdout).error).toMatchObject({ problem, cause: expect.stringContaining('process.exit(') })
})
