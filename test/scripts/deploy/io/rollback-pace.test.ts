import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import type { DeployWorld } from '../../../support/deploy.ts'
import { deployedWorld, ecsA, functionB, type TakenBack } from '../../../support/rollback.ts'
import { projectRoot } from '../../../support/run.ts'
import { everything } from '../../../support/sample.ts'

// Side by side in one run, so that what else the machine does slows both down.
const runs = 9
const most = 2.5
const requestMs = 30

type Kind = {
  readonly service: TakenBack
  /** The call that sends the traffic back. */
  readonly write: string
  /** What a person's own script would do, with nothing around it. */
  readonly bare: string
  /** Sends the traffic to the newer revision again. */
  forth(world: DeployWorld): Promise<unknown>
}

const sdk = (name: string) => JSON.stringify(createRequire(import.meta.url).resolve(`@aws-sdk/${name}`))
const ofFunction: Kind = {
  service: functionB,
  write: 'UpdateAlias',
  bare: `
const { LambdaClient, GetAliasCommand, GetFunctionCommand, UpdateAliasCommand } = require(${sdk('client-lambda')})
const client = new LambdaClient({})
const FunctionName = 'service-b-staging'
async function main() {
  const { RevisionId } = await client.send(new GetAliasCommand({ FunctionName, Name: 'STAGING' }))
  const { FunctionVersion } = await client.send(new GetAliasCommand({ FunctionName, Name: 'STAGING_STABLE' }))
  await client.send(new GetFunctionCommand({ FunctionName, Qualifier: '1' }))
  await client.send(new UpdateAliasCommand({ FunctionName, Name: 'STAGING', FunctionVersion: '1', RevisionId }))
}
main()`,
  forth({ emulator }) {
    const alias = { FunctionName: 'service-b-staging', Name: 'STAGING', FunctionVersion: '2' }
    return clientsFor(emulator).lambda.send(new UpdateAliasCommand(alias))
  },
}
const ofEcs: Kind = {
  service: ecsA,
  write: 'UpdateService',
  bare: `
const sdk = require(${sdk('client-ecs')})
const client = new sdk.ECSClient({})
const [cluster, service] = ['shared', 'service-a-staging']
async function main() {
  await client.send(new sdk.DescribeServicesCommand({ cluster, services: [service] }))
  const { serviceDeployments } = await client.send(
    new sdk.ListServiceDeploymentsCommand({ cluster, service, status: ['SUCCESSFUL'] }),
  )
  const serviceRevisionArns = serviceDeployments.slice(0, 20).map(one => one.targetServiceRevisionArn)
  await client.send(new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns }))
  await client.send(new sdk.UpdateServiceCommand({ cluster, service, taskDefinition: 'service-a-staging:1' }))
}
main()`,
  async forth({ emulator }) {
    const [cluster, service] = ['shared', 'service-a-staging']
    const { ecs } = clientsFor(emulator)
    await ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: 'service-a-staging:2' }))
    await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }))
  },
}

describe.runIf(everything && (await hasTerraform())).each([ofFunction, ofEcs])(
  'sending the traffic of $service.name back, with git and S3 unreachable',
  kind => {
    const onFinished = afterSuite()
    let world: DeployWorld
    beforeAll(async () => {
      world = await deployedWorld(kind.service, ['1.0.0', '1.1.0'], { onFinished })
      await rename(world.remote, `${world.remote}.away`)
    })

    it(`takes at most ${most} times what a bare script takes`, async () => {
      const bare = join(world.folder, 'bare.cjs')
      await writeFile(bare, kind.bare)
      const waybill = join(projectRoot, 'scripts', 'rollback.ts')
      const times: Record<'bare' | 'waybill', number[]> = { bare: [], waybill: [] }
      // The first of each fills the caches.
      for (let run = 0; run <= runs; run++) {
        times.bare[run] = await timeToBack(world, kind, bare)
        times.waybill[run] = await timeToBack(world, kind, waybill)
      }
      const [own, others] = [times.waybill, times.bare].map(all => median(all.slice(1)))
      process.stdout.write(`${kind.service.name}: ${own} ms, and ${others} ms for a bare script\n`)
      expect((own ?? 0) / (others ?? 0)).toBeLessThanOrEqual(most)
    })
  },
)

/** How long a program takes from its start to the answer that the traffic is back, in ms. What comes after is cut off. */
async function timeToBack(world: DeployWorld, kind: Kind, program: string): Promise<number> {
  await kind.forth(world)
  const { emulator } = world
  const slow = emulator.inject({
    operation: ({ operation }) => operation !== kind.write,
    kind: 'delay',
    delayMs: requestMs,
  })
  const back = Promise.withResolvers<number>()
  const begin = performance.now()
  const last = emulator.inject({
    operation: kind.write,
    times: 1,
    kind: 'delay',
    delayMs: requestMs,
    actionAt: 'after',
    action: () => back.resolve(performance.now() - begin),
  })
  const { name } = kind.service
  const options = { ENV: 'staging', SERVICE: name, REASON: 'loses orders', CONFIRM: name }
  const env = { ...world.env, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9', ...options }
  const child = spawn(process.execPath, [program], { cwd: world.clone, env, stdio: 'ignore' })
  const ended = once(child, 'close')
  ended.then(() => back.reject(new Error(`${program} ended before the traffic was back`)))
  const ms = await back.promise
  child.kill('SIGKILL')
  await ended
  for (const clear of [slow, last]) clear()
  return Math.round(ms)
}

function median(all: readonly number[]): number | undefined {
  return all.toSorted((a, b) => a - b)[all.length >> 1]
}
