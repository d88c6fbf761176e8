import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { GetFunctionCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ecrCalls } from '../emulator/calls.ts'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { startEmulator } from '../emulator/emulator.ts'
import { pushImage, sampleImage } from '../emulator/sample-image.ts'
import { alarm, configuration, lambdaStack } from './configurations.ts'
import type { Provider } from './provider.ts'
import { startProvider } from './provider.ts'
import type { Workspace } from './workspace.ts'
import { createWorkspace, hasTerraform } from './workspace.ts'

let emulator: Emulator
let provider: Provider
const workspaces: Workspace[] = []

beforeAll(async () => {
  // So long that a function never becomes ready and waiting for it has to be interrupted.
  emulator = await startEmulator({ lambdaUpdateMs: 3_600_000 })
  provider = await startProvider({ endpoint: emulator.url })
  const { ecr } = clientsFor(emulator)
  await ecrCalls(() => ecr).repository('images')
  await pushImage(ecr, 'images', sampleImage('one'), '1.0.0')
})
afterAll(async () => {
  await provider.close()
  await emulator.close()
  for (const workspace of workspaces) await workspace.remove()
})

async function workspace(content: object) {
  const made = await createWorkspace(provider, content)
  workspaces.push(made)
  return made
}

function stack(name: string) {
  const image_uri = '111111111111.dkr.ecr.us-east-1.amazonaws.com/images:1.0.0'
  return lambdaStack(name, { package_type: 'Image', image_uri })
}

/** Signals an apply once it waits for the function, and returns how it ended. */
async function interrupt({ folder, env }: Workspace, name: string, signal: 'SIGTERM' | 'SIGKILL') {
  const args = ['apply', '-auto-approve', '-input=false', '-no-color']
  const child = spawn('terraform', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (printed += chunk))
  const ended = once(child, 'close')
  const isWaiting = () =>
    emulator.requests().some(({ operation, resource }) => operation === 'GetFunction' && resource === name)
  while (!isWaiting() && child.exitCode === null) await setTimeout(20)
  child.kill(signal)
  const [code, killedBy] = (await ended) as [number | null, string | null]
  return { code, killedBy, printed }
}

describe.skipIf(!(await hasTerraform()))('an apply interrupted', () => {
  it('by SIGTERM stops waiting, and the next plan replaces the tainted resource', async () => {
    const stopped = await workspace(stack('stopped'))
    const { code, printed } = await interrupt(stopped, 'stopped', 'SIGTERM')
    expect([code, printed]).toEqual([
      1,
      expect.stringContaining('waiting for Lambda Function (stopped) create'),
    ])
    expect((await stopped.terraform('plan')).stdout).toContain('aws_lambda_function.code is tainted')
  })

  it('by SIGKILL leaves the provider serving', async () => {
    const killed = await workspace(stack('killed'))
    expect((await interrupt(killed, 'killed', 'SIGKILL')).killedBy).toBe('SIGKILL')
    const { lambda } = clientsFor(emulator)
    expect((await lambda.send(new GetFunctionCommand({ FunctionName: 'killed' }))).Configuration?.State).toBe(
      'Pending',
    )
    const other = await workspace(
      configuration({ resource: { aws_cloudwatch_metric_alarm: { errors: alarm('other') } } }),
    )
    expect((await other.apply()).stdout).toContain('1 added')
  })
})
