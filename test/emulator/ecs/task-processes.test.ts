import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { DeploymentConfiguration, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { DescribeTasksCommand, ListTasksCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs'
import { DescribeRulesCommand, ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeBuild } from '../../docker/build.ts'
import { parseBuildArguments } from '../../docker/build-arguments.ts'
import { parseDockerfile } from '../../docker/dockerfile.ts'
import { ecrCalls } from '../calls.ts'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { type ImageConfig, nodeImage } from '../node-image.ts'
import { pushImage, sampleImage } from '../sample-image.ts'
import { cluster, ecsCalls, imageAt } from './calls.ts'

const listener = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/shared/1/2'
const minute = 60_000

/** Says its release and what it was told; it ends, hangs or fails on request. */
const source = `
  import { createServer } from 'node:http'
  createServer((request, response) => {
    if (request.url === '/end') process.exit(3)
    if (request.url === '/hang') return
    const { RELEASE, GREETING, PORT, AWS_REGION, AWS_ACCESS_KEY_ID } = process.env
    const status = request.url !== '/health' && RELEASE === 'bad' ? 500 : 200
    response.writeHead(status, { 'x-release': RELEASE })
    response.end(JSON.stringify({ pid: process.pid, cwd: process.cwd(), argv: process.argv.slice(2), GREETING, PORT, AWS_REGION, AWS_ACCESS_KEY_ID }))
  }).listen(Number(process.env.PORT), () => console.log('listening'))
  process.on('SIGTERM', () => process.exit(0))
`

const service = 'quotes'
let emulator: Emulator
afterEach(() => emulator.close())

const clients = () => clientsFor(emulator)
const { look, update, ...calls } = ecsCalls(() => ({ ecs: clients().ecs, service }))

async function push(tag: string, files: Record<string, string>, config: ImageConfig): Promise<void> {
  await pushImage(clients().ecr, 'images', await nodeImage(files, config), tag)
}

/** Starts an emulator whose tasks are processes, with an image under each tag that says the tag as its release. */
async function start(...tags: string[]): Promise<void> {
  emulator = await startEmulator({ clusters: [cluster], taskProcesses: true })
  await ecrCalls(() => clients().ecr).repository('images', 'MUTABLE')
  for (const tag of tags) {
    const config = { Env: [`RELEASE=${tag}`], WorkingDir: '/app', Cmd: ['node', 'main.mjs', 'argument'] }
    await push(tag, { 'app/main.mjs': source }, config)
  }
  emulator.makeListener(listener, { vpc: 'vpc-1' })
}

async function register(tag: string, change: Partial<RegisterTaskDefinitionCommandInput> = {}) {
  const portMappings = [{ containerPort: 8080 }]
  const environment = [
    { name: 'GREETING', value: 'hello' },
    { name: 'PORT', value: '8080' },
  ]
  const container = { name: 'app', image: imageAt(tag), memory: 128, portMappings, environment }
  const input = { family: service, containerDefinitions: [container], ...change }
  const { taskDefinition } = await clients().ecs.send(new RegisterTaskDefinitionCommand(input))
  return taskDefinition?.taskDefinitionArn ?? ''
}

/** A service behind the load balancer, with target groups for both sides; its first deployment is complete. */
async function balanced(tag: string, change: Parameters<typeof calls.create>[0] = {}) {
  const rule = emulator.makeRule(listener, { priority: 1, paths: ['/*'], groups: { a: 100, b: 0 } })
  const { Rules } = await clients().balancers.send(new DescribeRulesCommand({ RuleArns: [rule] }))
  const groups = (Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(one => one.TargetGroupArn)
  for (const TargetGroupArn of groups)
    await clients().balancers.send(
      new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/health' }),
    )
  const [targetGroupArn, alternateTargetGroupArn] = groups
  const advancedConfiguration = { alternateTargetGroupArn, productionListenerRule: rule }
  const loadBalancers = [{ targetGroupArn, containerName: 'app', containerPort: 8080, advancedConfiguration }]
  await calls.create({ taskDefinition: await register(tag), loadBalancers, ...change })
  await settled()
  return { rule, url: await emulator.openListener(listener) }
}

const settled = () => expect.poll(async () => (await look()).deployments?.[0]?.rolloutState).toBe('COMPLETED')

async function releases(url: string, times: number) {
  const all: string[] = []
  for (let n = 0; n < times; n += 1) {
    const answer = await fetch(`${url}/quotes`)
    await answer.body?.cancel()
    all.push(`${answer.headers.get('x-release')} ${answer.status}`)
  }
  return Object.fromEntries([...new Set(all)].map(one => [one, all.filter(other => other === one).length]))
}

async function tasks(desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING') {
  const { taskArns = [] } = await clients().ecs.send(new ListTasksCommand({ cluster, desiredStatus }))
  if (taskArns.length === 0) return []
  return (await clients().ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? []
}

/** What a task of the service says of itself. */
async function told(url: string) {
  return (await (await fetch(url)).json()) as { pid: number; PORT: string }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const left = async () => (await readdir(tmpdir())).filter(name => name.startsWith('waybill-ecs-'))

describe('a task', () => {
  it("runs its image's command with the environment of image and task definition, on a port of its own", async () => {
    await start('one')
    const { url } = await balanced('one', { desiredCount: 2 })
    const seen = [await told(url), await told(url)]
    expect(seen[0]).toMatchObject({
      GREETING: 'hello',
      argv: ['argument'],
      cwd: expect.stringMatching(/\/app$/),
    })
    expect(new Set(seen.map(({ PORT }) => PORT)).size).toBe(2)
    expect(new Set(seen.map(({ pid }) => pid)).size).toBe(2)
  })

  it('that a task definition gives another command runs that, with the credentials of its role', async () => {
    await start()
    const config = { Env: ['RELEASE=plain'], Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node', 'none.mjs'] }
    await push('plain', { 'other.mjs': source }, config)
    const portMappings = [{ containerPort: 8080 }]
    const container = { name: 'app', image: imageAt('plain'), memory: 128, portMappings }
    const containerDefinitions = [{ ...container, command: ['node', 'other.mjs'] }]
    const taskRoleArn = 'arn:aws:iam::111111111111:role/quotes'
    const taskDefinition = await register('plain', { containerDefinitions, taskRoleArn })
    const { url } = await balanced('plain', { taskDefinition, desiredCount: 1 })
    expect(await told(url)).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/./),
    })
  })

  it('runs what service-a of this repository is built to', async () => {
    await start()
    const folder = fileURLToPath(new URL('../../../services/service-a', import.meta.url))
    const dockerfile = await readFile(`${folder}/Dockerfile`, 'utf8')
    const args = parseBuildArguments(['--push', '--provenance=false', '--tag', '127.0.0.1/images:a', folder])
    const { root, blobs } = await makeBuild(args, parseDockerfile(dockerfile), '2026-01-01T00:00:00Z')
    const image = { ...root, manifest: root.bytes.toString('utf8'), blobs: blobs.map(({ bytes }) => bytes) }
    await pushImage(clients().ecr, 'images', image, 'a')
    const { url } = await balanced('a', { desiredCount: 1 })
    const answer = await fetch(`${url}/quotes`, { method: 'POST', body: '{}' })
    expect([answer.status, await answer.json()]).toEqual([
      415,
      { error: 'the content type must be application/json' },
    ])
  })

  it('is pending until the load balancer finds it healthy', async () => {
    await start('one')
    const late = "setTimeout(() => import('./late.mjs'), 600)"
    const config = { Env: ['RELEASE=slow'], Cmd: ['node', 'main.mjs'] }
    await push('slow', { 'main.mjs': late, 'late.mjs': source }, config)
    const { url } = await balanced('one', { desiredCount: 1 })
    await update({ taskDefinition: await register('slow') })
    const { deployments } = await look()
    expect(deployments).toMatchObject([
      { rolloutState: 'IN_PROGRESS', runningCount: 0, pendingCount: 1 },
      { runningCount: 1 },
    ])
    expect((await tasks()).map(({ lastStatus }) => lastStatus).toSorted()).toEqual(['PENDING', 'RUNNING'])
    expect(await releases(url, 3)).toEqual({ 'one 200': 3 })
    await settled()
    expect(await releases(url, 3)).toEqual({ 'slow 200': 3 })
  })

  it('that dies gives 502, and another one takes its place', async () => {
    await start('one')
    const { url } = await balanced('one', { desiredCount: 1 })
    expect((await fetch(`${url}/end`)).status).toBe(502)
    await expect.poll(async () => (await tasks('STOPPED')).length).toBe(1)
    expect(await tasks('STOPPED')).toMatchObject([
      {
        stoppedReason: 'Essential container in task exited',
        stopCode: 'EssentialContainerExited',
        containers: [{ reason: expect.stringMatching(/^exit status 3; .*listening$/) }],
      },
    ])
    await expect.poll(async () => (await look()).runningCount).toBe(1)
    expect(await releases(url, 2)).toEqual({ 'one 200': 2 })
  })

  it('whose image has nothing that runs here never starts, and says so', async () => {
    await start('one')
    await pushImage(clients().ecr, 'images', sampleImage('nothing'), 'nothing')
    await balanced('one', {
      desiredCount: 1,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    })
    await update({ taskDefinition: await register('nothing') })
    await expect.poll(async () => (await look()).deployments?.[0]?.rolloutState).toBe('COMPLETED')
    const [stopped] = await tasks('STOPPED')
    expect(stopped?.stoppedReason).toMatch(/^CannotStartContainerError: .*commands of Node\.js only/)
    expect((await look()).deployments).toMatchObject([{ taskDefinition: expect.stringMatching(/:1$/) }])
  })
})

describe('a deployment', () => {
  const linear: DeploymentConfiguration = {
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 5 },
    bakeTimeInMinutes: 5,
  }

  it('moves requests with each step, without anybody asking ECS for it, and ends the old processes', async () => {
    await start('one', 'two')
    const { url } = await balanced('one', { desiredCount: 1 })
    const { pid } = await told(url)
    await update({ taskDefinition: await register('two'), deploymentConfiguration: linear })
    await expect.poll(async () => 'two 200' in (await releases(url, 4))).toBe(true)
    const share = async () => (await releases(url, 40))['two 200'] ?? 0
    for (const expected of [10, 20, 30]) {
      expect(Math.abs((await share()) - expected)).toBeLessThanOrEqual(1)
      emulator.advanceClock(5 * minute)
    }
    expect(await share()).toBe(40)
    expect(isAlive(pid)).toBe(true)
    emulator.advanceClock(5 * minute)
    expect(await share()).toBe(40)
    await expect.poll(() => isAlive(pid)).toBe(false)
    expect((await look()).deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 1 }])
  })

  it('goes back without losing a request', async () => {
    await start('one', 'bad')
    const { url } = await balanced('one', { desiredCount: 1 })
    const { pid } = await told(url)
    const lifecycleHooks = [
      {
        targetType: 'PAUSE' as const,
        lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT' as const],
        timeoutConfiguration: { timeoutInMinutes: 1, action: 'ROLLBACK' as const },
      },
    ]
    await update({
      taskDefinition: await register('bad'),
      deploymentConfiguration: { ...linear, lifecycleHooks },
    })
    await expect.poll(async () => (await tasks()).filter(one => one.lastStatus === 'RUNNING').length).toBe(2)
    expect(await releases(url, 20)).toEqual({ 'one 200': 20 })
    emulator.advanceClock(minute)
    expect(await releases(url, 20)).toEqual({ 'one 200': 20 })
    await settled()
    expect((await look()).deployments).toMatchObject([
      { taskDefinition: expect.stringMatching(/:1$/), runningCount: 1 },
    ])
    expect(await releases(url, 20)).toEqual({ 'one 200': 20 })
    expect([(await tasks()).length, (await told(url)).pid]).toEqual([1, pid])
  })

  it('whose tasks end at once is rolled back by the circuit breaker', async () => {
    await start('one')
    await push('broken', { 'main.mjs': "throw new Error('no such setting')" }, { Cmd: ['node', 'main.mjs'] })
    const deploymentCircuitBreaker = { enable: true, rollback: true }
    const { url } = await balanced('one', {
      desiredCount: 1,
      deploymentConfiguration: { deploymentCircuitBreaker },
    })
    const broken = await register('broken')
    await update({ taskDefinition: broken })
    await expect.poll(async () => (await look()).deployments?.[0]?.taskDefinition).not.toBe(broken)
    await settled()
    expect(await releases(url, 5)).toEqual({ 'one 200': 5 })
    const [stopped] = await tasks('STOPPED')
    expect(stopped?.containers?.[0]?.reason).toContain('no such setting')
  })

  it('scales, and ends its processes with its service', async () => {
    await start('one')
    const { url } = await balanced('one', { desiredCount: 1 })
    await update({ desiredCount: 3 })
    await expect.poll(async () => (await look()).runningCount).toBe(3)
    const pids = new Set<number>()
    for (let n = 0; n < 6; n += 1) pids.add((await told(url)).pid)
    expect(pids.size).toBe(3)
    await update({ desiredCount: 0 })
    await expect.poll(() => [...pids].some(isAlive)).toBe(false)
    expect((await fetch(url)).status).toBe(503)
  })
})

describe('the end of the emulator', () => {
  it('ends every process and removes what was unpacked', async () => {
    const before = await left()
    await start('one')
    const { url } = await balanced('one', { desiredCount: 2 })
    const { pid } = await told(url)
    await emulator.close()
    expect([isAlive(pid), await left()]).toEqual([false, before])
  })

  it('does so, too, when it is killed', async () => {
    const before = await left()
    await start()
    const program = fileURLToPath(new URL('../main.ts', import.meta.url))
    const child = spawn(process.execPath, [program], {
      // Not in this repository, whose environments.json would name the region.
      cwd: tmpdir(),
      env: { ...process.env, PORT: '0', TASKS: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let printed = ''
    while (!printed.includes('Ctrl-C')) printed += String((await once(child.stdout, 'data'))[0])
    const value = (name: string) => new RegExp(`^export ${name}=(.*)$`, 'm').exec(printed)?.[1] ?? ''
    const env = Object.fromEntries(
      ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'].map(name => [
        name,
        value(name),
      ]),
    )
    const other = { url: value('AWS_ENDPOINT_URL'), env } as unknown as Emulator
    await emulator.close()
    emulator = { close: async () => {} } as Emulator
    const { ecs, ecr } = clientsFor(other)
    await fetch(`${other.url}/_emulator/clusters`, {
      method: 'POST',
      body: JSON.stringify({ name: cluster }),
    })
    await ecrCalls(() => ecr).repository('images', 'MUTABLE')
    const pidFile = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid)`
    await pushImage(
      ecr,
      'images',
      await nodeImage({ 'main.mjs': pidFile }, { Cmd: ['node', 'main.mjs'] }),
      'one',
    )
    const made = ecsCalls(() => ({ ecs, service }))
    await made.create({ taskDefinition: await made.register('one'), desiredCount: 1 })
    await expect.poll(async () => (await made.look()).runningCount).toBe(1)
    expect((await left()).length).toBe(before.length + 1)
    child.kill('SIGKILL')
    await expect.poll(left).toEqual(before)
  })
})
