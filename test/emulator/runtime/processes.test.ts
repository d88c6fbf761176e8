import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IAMClient } from '@aws-sdk/client-iam'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { expect, it, onTestFinished } from 'vitest'
import { clientsFor } from '../clients.ts'
import { startEmulator } from '../emulator.ts'
import { makeFunction } from '../lambda/calls.ts'

const FunctionName = 'function'
const program = fileURLToPath(new URL('../main.ts', import.meta.url))
/** Says who it is, and starts another process; then it answers, or never lets go of its thread. */
const source = `
  import { spawn } from 'node:child_process'
  import { writeFileSync } from 'node:fs'
  export const handler = event => {
    const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    if (event.busy) {
      writeFileSync(event.busy, '')
      for (;;);
    }
    return { pids: [process.pid, pid], folder: process.env.LAMBDA_TASK_ROOT }
  }`

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The process of the function with the one that it started, and where its code is. */
async function started(lambda: LambdaClient): Promise<{ pids: number[]; folder: string }> {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }))
  return JSON.parse(Payload?.transformToString() ?? '') as { pids: number[]; folder: string }
}

/** Has the idle process begin something that does not end; resolves to what its caller waits for. */
async function keepBusy(lambda: LambdaClient): Promise<{ answer: Promise<unknown> }> {
  const mark = join(await temporaryFolder(), 'mark')
  const Payload = JSON.stringify({ busy: mark })
  const answer = lambda.send(new InvokeCommand({ FunctionName, Payload })).catch(() => {})
  await expect.poll(() => existsSync(mark)).toBe(true)
  return { answer }
}

it('neither processes nor files of functions are left when the emulator is closed', async () => {
  const emulator = await startEmulator()
  const clients = clientsFor(emulator)
  await makeFunction(clients, FunctionName, { 'index.mjs': source })
  const { pids, folder } = await started(clients.lambda)
  expect([...pids.map(isAlive), existsSync(folder)]).toEqual([true, true, true])
  const busy = await keepBusy(clients.lambda)
  await emulator.close()
  await busy.answer
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false])
  expect(existsSync(folder)).toBe(false)
})

it('nor when it is killed, even if the code of a function does not let go', async () => {
  const TMPDIR = await temporaryFolder()
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: '0', TMPDIR },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const env = await exported(child.stdout)
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
  }
  const configuration = {
    endpoint: env.AWS_ENDPOINT_URL ?? '',
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  }
  const lambda = new LambdaClient(configuration)
  await makeFunction(
    { lambda, iam: new IAMClient(configuration) },
    FunctionName,
    { 'index.mjs': source },
    { Timeout: 60 },
  )
  const { pids } = await started(lambda)
  const busy = await keepBusy(lambda)
  child.kill('SIGKILL')
  await busy.answer
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false])
  await expect.poll(() => readdir(TMPDIR)).toEqual([])
})

async function exported(stdout: NodeJS.ReadableStream): Promise<Record<string, string>> {
  let text = ''
  while (!text.includes('Ctrl-C')) text += String((await once(stdout, 'data'))[0])
  return Object.fromEntries(
    [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  )
}
