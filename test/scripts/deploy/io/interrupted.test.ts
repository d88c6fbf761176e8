import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam'
import { DeleteFunctionCommand, GetFunctionCommand } from '@aws-sdk/client-lambda'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import type { Fault } from '../../../emulator/emulator.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { type Killable, startWaybill, terraformsEnded, terraformsOf } from '../../../support/killable.ts'
import { eventsOf, ledgersIn } from '../../../support/ledger.ts'
import { writes } from '../../../support/releases.ts'
import type { Outcome } from '../../../support/run.ts'
import { everything, sample } from '../../../support/sample.ts'
import { imageService, zipService } from '../../../support/world.ts'

const stateBucket = 'waybill-state-111111111111-eu-central-1'
const staging = { ENV: 'staging' }
const a = { ...staging, SERVICE: 'a' }
const b = { ...staging, SERVICE: 'b' }
const whole = ['started', 'completed', 'verified']
const service = (letter: string) => ({ service: `service-${letter}` as ServiceName, environment: 'staging' })
let world: DeployWorld
let ledger: Ledger

describe.skipIf(!(await hasTerraform()))('an interrupted deploy', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = { ...imageService('service-a'), ...zipService('service-b'), ...zipService('service-c') }
    world = await makeDeployWorld({ files, onFinished })
    ledger = await ledgersIn(world.emulator, '111111111111')
    await world.pinned('service-a', '1.0.0')
    await world.ship('service-b', '1.0.0')
    expectDone(await world.waybill('deploy', staging))
    await change(1)
  })

  // An interruption at a read is the same as one before the next write, since a read leaves nothing behind.
  it('continues after each interruption: in the apply, before and after the move of the alias', async () => {
    const ended = await startAndStrike(b, 'PublishVersion', terminate)
    expect(ended).toMatchObject({ code: 6 })
    expect(ended.stderr).toMatch(/interrupted while trying to apply service-b in staging/)
    expect(await terraformsOf(world)).toEqual([])
    expect(await startAndStrike(b, 'UpdateAlias', killAlone)).toMatchObject({ code: -1 })
    expect(await startAndStrike(b, 'UpdateAlias', killAlone, 'after')).toMatchObject({ code: -1 })
    expect(await results(b)).toEqual(['already done'])
    expect(await liveGreeting()).toBe('1')
    expect(await eventsOf(ledger, service('b'))).toEqual([...whole, ...whole])
  })

  it('publishes what an apply left unpublished, which no plan shows, before it says that all is done', async () => {
    await change(10)
    const refused = world.emulator.inject({ operation: 'PublishVersion', kind: 'access-denied' })
    expect((await world.waybill('deploy', b)).code).not.toBe(0)
    refused()
    const { code, stderr } = await world.waybill('deploy', b)
    expect(stderr).toMatch(/left changes of service-b in staging unpublished/)
    expect(stderr).toMatch(/this run published them as revision \d+; no traffic was sent to it/)
    expect({ code, live: await liveGreeting() }).toEqual({ code: 6, live: '1' })
    expect(await results(b)).toEqual(['deployed'])
    expect(await liveGreeting()).toBe('10')
    expect(await results(b)).toEqual(['already done'])
  })

  it('waits for the same ECS deployment after an interruption before and after its start', async () => {
    world.emulator.clearRequests()
    expect(await startAndStrike(a, 'UpdateService', killAlone)).toMatchObject({ code: -1 })
    expect(await startAndStrike(a, 'UpdateService', killAlone, 'after')).toMatchObject({ code: -1 })
    expect(await results(a)).toEqual(['already done'])
    const asked = world.emulator.requests().filter(({ operation }) => operation === 'RegisterTaskDefinition')
    expect(asked).toHaveLength(1)
    expect(await eventsOf(ledger, service('a'))).toEqual([...whole, ...whole])
  })

  it('leaves Terraform to finish its work if only the command dies, and tells the next run to wait', async () => {
    await change(2)
    let second: Outcome | undefined
    const killed = await startAndStrike(b, 'UpdateFunctionConfiguration', async first => {
      await killAlone(first)
      second = await world.waybill('deploy', { ...b, WAYBILL_LOCK_TIMEOUT: '0s' })
    })
    expect(killed.code).toBe(-1)
    const { code, stdout, stderr } = second as unknown as Outcome
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/another run holds the lock on its state/)
    expect(stderr).toMatch(/has held it since .* for apply \(lock [0-9a-f-]{36}\)/)
    expect(stderr).toContain(`aws s3 cp s3://${stateBucket}/staging/service-b.tfstate.tflock -`)
    await terraformsEnded(world)
    expect(await results(b)).toEqual(['deployed'])
    expect(await liveGreeting()).toBe('2')
  })

  const kills = whole.flatMap(entry => (['before', 'after'] as const).map(when => [when, entry] as const))
  const isAtEnd = (_: unknown, index: number) => index === 1 || index === kills.length - 2
  const sampled = sample('kills of a deploy at its entries', kills, isAtEnd, () => true)

  it.each(sampled)(
    'has each entry of the ledger once after it was killed %s the write of "%s"',
    async (when, entry) => {
      const skip = whole.indexOf(entry)
      await change(100 + 10 * skip + (when === 'after' ? 1 : 0))
      const before = await eventsOf(ledger, service('b'))
      const isEntry = ({ operation, resource }: { operation: string; resource: string }) =>
        operation === 'PutObject' && resource.includes('ledger/staging/service-b/')
      expect(await startAndStrike(b, isEntry, killAlone, when, skip)).toMatchObject({ code: -1 })
      const cut = await eventsOf(ledger, service('b'))
      expect(cut).toEqual([...before, ...whole.slice(0, when === 'after' ? skip + 1 : skip)])
      await results(b)
      expect(await eventsOf(ledger, service('b'))).toEqual([...before, ...whole])
      world.emulator.clearRequests()
      expect(await results(b)).toEqual(['already done'])
      expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
    },
  )

  it.runIf(everything)(
    'writes the state later, or keeps it in a file, if the bucket refuses it',
    async () => {
      await change(20)
      const isState = ({ operation, resource }: { operation: string; resource: string }) =>
        operation === 'PutObject' && resource.endsWith('service-b.tfstate')
      // Terraform's own client tries three times; the fourth request is ours.
      const once = world.emulator.inject({ operation: isState, kind: 'access-denied', times: 1 })
      const rescued = await world.waybill('deploy', b)
      once()
      expect(rescued).toMatchObject({
        code: 6,
        stderr: expect.stringContaining('Nothing is lost: run this again'),
      })
      expect(await results(b)).toEqual(['deployed'])
      expect(await liveGreeting()).toBe('20')

      await change(21)
      const clearFault = world.emulator.inject({ operation: isState, kind: 'access-denied' })
      const { code, stderr } = await world.waybill('deploy', b)
      clearFault()
      expect(code).toBe(2)
      const [, kept = ''] = /The new state is kept in (\S+\.tfstate)\./.exec(stderr) ?? []
      const state = JSON.parse(await readFile(kept, 'utf8'))
      expect(JSON.stringify(state)).toContain('"GREETING":"21"')
      expect(await results(b)).toEqual(['deployed'])
      expect(await liveGreeting()).toBe('21')
    },
  )

  it.runIf(everything)(
    'that died with Terraform names its lock, which UNLOCK removes, and old folders are removed by themselves',
    async () => {
      await change(3)
      const killed = await startAndStrike(b, 'UpdateFunctionConfiguration', killAll)
      expect(killed.code).toBe(-1)
      const blocked = await world.waybill('deploy', { ...b, WAYBILL_LOCK_TIMEOUT: '0s' })
      expect(blocked.code).toBe(3)
      const unlock =
        /Only if that run is dead: make deploy ENV=staging SERVICE=service-b UNLOCK=([0-9a-f-]{36})/
      const [, id = ''] = unlock.exec(blocked.stderr) ?? []
      const out = join(world.clone, 'cdktf.out')
      const [left = ''] = (await readdir(out)).filter(name => name.startsWith('run-'))
      const longAgo = new Date(Date.now() - 25 * 3_600_000)
      await utimes(join(out, left), longAgo, longAgo)
      expect(await results({ ...b, UNLOCK: id })).toEqual(['deployed'])
      expect(await liveGreeting()).toBe('3')
      expect(await readdir(out)).not.toContain(left)
    },
  )

  it.runIf(everything)(
    'that died with Terraform on the first apply names what is not in the state, and re-creates it once removed',
    async () => {
      await world.ship('service-c', '1.0.0')
      const c = { ...staging, SERVICE: 'c' }
      await startAndStrike(c, 'CreateFunction', killAll, 'after')
      const { s3, iam, lambda } = clientsFor(world.emulator)
      const lock = { Bucket: stateBucket, Key: 'staging/service-c.tfstate.tflock' }
      const { Body } = await s3.send(new GetObjectCommand(lock))
      const { ID: UNLOCK } = JSON.parse((await Body?.transformToString()) ?? '') as { ID: string }
      const { code, stderr } = await world.waybill('deploy', { ...c, UNLOCK })
      expect(code).toBe(3)
      expect(stderr).toContain('AWS already has a resource with that name, which is not in the state')
      expect(stderr).toContain('Role with name service-c-staging already exists')
      const RoleName = 'service-c-staging'
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: RoleName }))
      await iam.send(new DeleteRoleCommand({ RoleName }))
      await lambda.send(new DeleteFunctionCommand({ FunctionName: RoleName }))
      // The same command again works although the lock is gone.
      expect(await results({ ...c, UNLOCK })).toEqual(['deployed'])
    },
  )
})

/** Commits changed settings for the deploy to apply. */
async function change(greeting: number): Promise<void> {
  const settings = { variables: { GREETING: String(greeting) } }
  await world.commit({
    ...pick(zipService('service-b', { settings })),
    ...pick(imageService('service-a', { settings })),
  })
}

function pick(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => path.endsWith('service.json')))
}

async function results(options: Record<string, string>): Promise<string[]> {
  const { results } = await world.json<{ results: { result: string }[] }>('deploy', options)
  return results.map(({ result }) => result)
}

async function liveGreeting(): Promise<string | undefined> {
  const { lambda } = clientsFor(world.emulator)
  const asked = { FunctionName: 'service-b-staging', Qualifier: 'STAGING' }
  const { Configuration } = await lambda.send(new GetFunctionCommand(asked))
  return Configuration?.Environment?.Variables?.GREETING
}

/** Starts a deploy and runs `act` on it at its first request of an operation, which waits meanwhile. */
async function startAndStrike(
  options: Record<string, string>,
  operation: Fault['operation'],
  act: (first: Killable) => Promise<void>,
  actionAt: 'before' | 'after' = 'before',
  skip = 0,
): Promise<Outcome> {
  let first: Killable | undefined
  let acted: Promise<void> | undefined
  const action = () => {
    acted = act(first as Killable)
    return acted
  }
  // The request of a command that is killed before it arrives never arrives.
  const kind = act === killAlone && actionAt === 'before' ? 'reset-before' : 'delay'
  const clear = world.emulator.inject({ operation, kind, delayMs: 0, times: 1, skip, actionAt, action })
  first = startWaybill(world, 'deploy', options)
  const ended = await first.ended
  clear()
  // Without the request, what the command said is the only trace of why.
  expect(acted, JSON.stringify(ended)).toBeDefined()
  await acted
  return ended
}

async function killAlone(first: Killable): Promise<void> {
  first.signal('SIGKILL')
  await first.ended
}

async function killAll(first: Killable): Promise<void> {
  first.signal('SIGKILL')
  for (const id of await terraformsOf(world)) process.kill(id, 'SIGKILL')
  await first.ended
}

async function terminate(first: Killable): Promise<void> {
  first.signal('SIGTERM')
  // Until the signal reaches terraform, which is waiting for the answer to this request and says that it will stop.
  const out = join(world.clone, 'cdktf.out')
  const said = async () => {
    const logs = (await readdir(out, { recursive: true })).filter(name =>
      name.endsWith('terraform-apply.out'),
    )
    return (await Promise.all(logs.map(name => readFile(join(out, name), 'utf8').catch(() => '')))).join('')
  }
  await expect.poll(said, { interval: 20 }).toMatch(/interrupt|stopping/i)
}
