import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, expect, it } from 'vitest'
import { startEmulator } from './emulator.ts'

const program = fileURLToPath(new URL('main.ts', import.meta.url))
const children: ReturnType<typeof start>[] = []

function start(port: string) {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk
  })
  const ready = async () => {
    while (!output.stdout.includes('Ctrl-C')) await once(child.stdout, 'data')
    const lines = [...output.stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ])
    return Object.fromEntries(lines) as Record<string, string>
  }
  return { child, output, ready, ended: once(child, 'close') }
}

afterEach(() => {
  for (const { child } of children.splice(0)) child.kill('SIGKILL')
})

function run(port: string) {
  const started = start(port)
  children.push(started)
  return started
}

it('prints what to export, logs each request, and ends with 0', async () => {
  const { child, output, ready, ended } = run('0')
  const env = await ready()
  expect(output.stdout).toContain('not AWS')
  expect(output.stdout).toMatch(
    /^# {3}AWS_ACCESS_KEY_ID=\S*222222222222 AWS_SECRET_\S+ make doctor ENV=staging$/m,
  )
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
  }
  const sts = new STSClient({
    endpoint: env.AWS_ENDPOINT_URL ?? '',
    region: env.AWS_REGION ?? '',
    credentials,
  })
  expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('111111111111')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(output.stderr).toMatch(/^200 sts GetCallerIdentity/)
})

it('says so when the port is in use, with exit 2', async () => {
  const other = await startEmulator()
  const { output, ended } = run(new URL(other.url).port)
  expect(await ended).toEqual([2, null])
  expect(output.stderr).toMatch(/Port \d+ is in use/)
  await other.close()
})

it('refuses an invalid port', async () => {
  const { output, ended } = run('http')
  expect(await ended).toEqual([2, null])
  expect(output.stderr).toContain('PORT must be')
})

it('answers with the time of its own clock', async () => {
  const emulator = await startEmulator()
  emulator.advanceClock(90 * 86_400_000)
  const { headers } = await fetch(`${emulator.url}/?Action=GetCallerIdentity&Version=2011-06-15`)
  const difference = Date.parse(headers.get('date') ?? '') - emulator.now()
  expect(Math.abs(difference)).toBeLessThan(60_000)
  await emulator.close()
})

it('is controlled over HTTP', async () => {
  const emulator = await startEmulator()
  const at = (path: string, method: string, body?: unknown) =>
    fetch(`${emulator.url}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const identity = () => fetch(`${emulator.url}/?Action=GetCallerIdentity&Version=2011-06-15`)
  expect(
    (await at('faults', 'POST', { operation: 'GetCallerIdentity', kind: 'error503', times: 1 })).status,
  ).toBe(201)
  await identity()
  const logged = (await (await at('requests', 'GET')).json()) as unknown
  expect(logged).toMatchObject([{ operation: 'GetCallerIdentity', fault: 'error503' }])
  expect((await at('requests', 'DELETE')).status).toBe(204)
  expect(emulator.requests()).toEqual([])
  expect((await at('faults', 'DELETE')).status).toBe(204)
  const other = (await (await at('credentials', 'POST', { account: '222222222222' })).json()) as Record<
    string,
    string
  >
  expect(other.AWS_ACCESS_KEY_ID).toContain('222222222222')
  expect(await (await at('clusters', 'POST', { name: 'main' })).json()).toEqual({
    clusterArn: 'arn:aws:ecs:us-east-1:111111111111:cluster/main',
  })
  const wish = { cluster: 'main', service: 'a', outcome: 'fails', times: 1 }
  expect((await at('rollouts', 'POST', wish)).status).toBe(201)
  expect((await at('rollouts', 'POST', { ...wish, outcome: 'explodes' })).status).toBe(400)
  expect((await at('clock', 'POST', { advanceMs: 1000 })).status).toBe(201)
  const metric = { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'a' }, value: 1 }
  expect((await at('metrics', 'POST', metric)).status).toBe(201)
  expect((await at('metrics', 'POST', { ...metric, value: 'one' })).status).toBe(400)
  const unknown = await at('alarms', 'POST', { name: 'nobody', hold: 'ALARM' })
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { message: 'Unknown alarm: arn:aws:cloudwatch:us-east-1:111111111111:alarm:nobody' },
  ])
  const invalid = ['{', { operation: 'x', kind: 'flood' }, { kind: 'delay', operation: 'x', typo: 1 }]
  for (const input of invalid) {
    const refused = await at('faults', 'POST', input)
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { message: expect.stringMatching(/JSON|kind|typo/) },
    ])
  }
  expect((await at('nothing', 'GET')).status).toBe(404)
  await emulator.close()
})
