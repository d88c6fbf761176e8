import { rename } from 'node:fs/promises'
import { DeleteAliasCommand, GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ReconcileAnswer } from '../../../../scripts/cli/answers/reconcile.ts'
import { type Deployment, eventOf } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { writeHook } from '../../../support/clones.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { eventsOf, ledgersIn } from '../../../support/ledger.ts'
import { target } from '../../../support/ledger-entries.ts'
import { writes } from '../../../support/releases.ts'
import { deployedFunction } from '../../../support/rollback.ts'
import { digest } from '../../samples.ts'

const b = { ENV: 'staging', SERVICE: 'service-b' }
const taken = ['started', 'completed', 'verified']
const who = { arn: 'arn:aws:sts::111111111111:assumed-role/admin/bob' }
let world: DeployWorld
let ledger: Ledger

async function reconciled(code = 0, more: Record<string, string> = {}): Promise<ReconcileAnswer> {
  const outcome = await world.waybill('reconcile', { ENV: 'staging', JSON: '1', ...more })
  expect(outcome).toMatchObject({ code })
  return JSON.parse(outcome.stdout)
}

async function pinned(service = 'service-b', { git, remote } = world): Promise<string> {
  return JSON.parse(await git(['show', `main:cdktf/pins/staging/${service}.json`], remote)).tag
}

/** Takes a service back while neither S3 nor git's remote can be reached. */
async function goBackAlone({ waybill, remote }: DeployWorld, service: string): Promise<void> {
  await rename(remote, `${remote}.away`)
  const env = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }
  const options = { ENV: 'staging', SERVICE: service, REASON: 'loses orders', CONFIRM: service }
  expect(await waybill('rollback', options, { env })).toMatchObject({ code: 6 })
  await rename(`${remote}.away`, remote)
}

async function runs(): Promise<string | undefined> {
  const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
  return (await clientsFor(world.emulator).lambda.send(new GetAliasCommand(alias))).FunctionVersion
}

async function sendTo(FunctionVersion: string): Promise<void> {
  const alias = { FunctionName: 'service-b-staging', Name: 'STAGING', FunctionVersion }
  await clientsFor(world.emulator).lambda.send(new UpdateAliasCommand(alias))
}

/** The deployment that an entry verified, the newest one by default. */
async function verifiedIn(sequence?: number): Promise<Deployment> {
  const event = eventOf(await ledger.read(target, sequence ?? (await ledger.head(target)).sequence))
  if (event?.type !== 'verified') throw new TypeError('the entry verifies nothing')
  return event.deployment
}

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('make reconcile ENV=staging', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await deployedFunction(['1.0.0', '1.1.0'], onFinished)
    ledger = await ledgersIn(world.emulator, deployEnvironments.artifacts.account)
  })

  it('finds nothing where the traffic goes where the ledger says', async () => {
    world.emulator.clearRequests()
    expect(await reconciled()).toEqual({ findings: [], fixed: 0 })
    expect(writes(world.emulator)).toEqual([])
  })

  it('is about ledgers or about releases, not about both', async () => {
    const outcome = await world.waybill('reconcile', { ENV: 'staging', SINCE: 'HEAD' })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('Give one of the two.') })
  })

  it('writes the entry and the pin of a rollback that could reach neither S3 nor git', async () => {
    await goBackAlone(world, 'service-b')
    expect(await eventsOf(ledger)).toEqual([...taken, ...taken])

    world.emulator.clearRequests()
    const problem = expect.stringContaining('traffic was sent back from service-b-v1.1.0 to service-b-v1.0.0')
    const found = [{ subject: 'service-b in staging', problem, fixable: true }]
    expect(await reconciled(0, { DRY_RUN: '1' })).toEqual({ findings: found, fixed: 0 })
    expect(writes(world.emulator)).toEqual([])

    expect(await reconciled()).toEqual({ findings: found, fixed: 1 })
    expect(await eventsOf(ledger)).toEqual([...taken, ...taken, 'rollback'])
    expect(await ledger.head(target)).toMatchObject({ state: { hold: 7, good: [{ revision: '1' }] } })
    expect(await pinned()).toBe('service-b-v1.0.0')
    expect(await runs()).toBe('1')
    expect(await world.waybill('deploy', b)).toMatchObject({ code: 3 })
  })

  it('says what only Terraform can finish, and nothing once that is done', async () => {
    const [finding] = (await reconciled(3)).findings
    expect(finding).toMatchObject({ problem: expect.stringContaining('not applied'), fixable: false })
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    expectDone(await world.waybill('rollback', { ...b, REASON: 'loses orders', CONFIRM: 'service-b' }))
    expect(await reconciled()).toEqual({ findings: [], fixed: 0 })
    expect(await eventsOf(ledger)).toEqual([...taken, ...taken, 'rollback', 'rollback-completed'])
  })

  it('writes that a rollout has ended whose entries are missing', async () => {
    expectDone(await world.waybill('resume', { ...b, REASON: 'fixed' }))
    expectDone(await world.waybill('deploy', b))
    const deployment = await verifiedIn()
    const begin = (begun: Deployment) =>
      ledger.append(target, who, () => ({ type: 'started', deployment: begun }))
    await begin({ ...deployment, digest: digest('f') })
    world.emulator.clearRequests()
    const [foreign] = (await reconciled(3)).findings
    expect(foreign).toMatchObject({ problem: expect.stringContaining('no release record'), fixable: false })
    expect(writes(world.emulator)).toEqual([])
    await begin(deployment)
    expect(await reconciled()).toMatchObject({ fixed: 1 })
    expect((await eventsOf(ledger)).slice(-3)).toEqual(taken)
    expect(await reconciled()).toEqual({ findings: [], fixed: 0 })
  })

  it('does not take another function for one that was verified', async () => {
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    await world.ship('service-b', '1.2.0')
    expectDone(await world.waybill('deploy', b))
    const first = await verifiedIn(3)
    const newest = await verifiedIn()
    const repair = (deployment: Deployment) =>
      ledger.append(target, who, () => ({ type: 'repaired', deployment, reason: 'a test' }))
    await repair({ ...first, digest: digest('f') })
    await repair(newest)
    await sendTo('1')
    world.emulator.clearRequests()
    const [finding] = (await reconciled(3)).findings
    const problem = expect.stringMatching(/goes to revision 1, which runs .* verified sha256:ffff/)
    expect(finding).toMatchObject({ problem, fixable: false })
    expect(writes(world.emulator)).toEqual([])
    await repair(first)
    await repair(newest)
  })

  it('leaves a ledger alone in which somebody writes at the same moment', async () => {
    world.emulator.inject({
      operation: ({ operation, resource }) => operation === 'PutObject' && resource.includes('/ledger/'),
      kind: 'delay',
      delayMs: 0,
      times: 1,
      action: async () => {
        await ledger.append(target, who, () => ({ type: 'held', reason: 'looking' }))
      },
    })
    const [finding] = (await reconciled(3)).findings
    expect(finding).toMatchObject({ problem: expect.stringContaining('meanwhile'), fixable: false })
    expect((await eventsOf(ledger)).at(-1)).toBe('held')
  })

  it('proposes the pin where the branch is protected, and then waits for the merge', async () => {
    await writeHook(world, 'update', '[ "$1" != refs/heads/main ]')
    const waits = expect.stringContaining('waits on the branch pin/staging/service-b-v1.0.0 to be merged')
    const found = { subject: 'service-b in staging', problem: waits }
    expect(await reconciled()).toEqual({ findings: [{ ...found, fixable: true }], fixed: 1 })
    expect((await eventsOf(ledger)).at(-1)).toBe('rollback')
    const { findings, fixed } = await reconciled(3)
    expect({ findings, fixed }).toEqual({ findings: [{ ...found, fixable: false }], fixed: 0 })
    expect((await eventsOf(ledger)).at(-1)).toBe('rollback')
  })

  it('says that the alias is gone', async () => {
    const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
    await clientsFor(world.emulator).lambda.send(new DeleteAliasCommand(alias))
    const [finding] = (await reconciled(3)).findings
    expect(finding).toMatchObject({
      problem: expect.stringMatching(/STAGING .*does not exist/),
      fixable: false,
    })
  })
})

it.skipIf(!(await hasTerraform()))(
  'make reconcile ENV=staging does the same for an ECS service',
  async ({ onTestFinished: onFinished }) => {
    const ecs = await makeDeployWorld({ onFinished })
    for (const version of ['1.0.0', '1.1.0']) {
      await ecs.pinned('service-a', version)
      expectDone(await ecs.waybill('deploy', { ENV: 'staging', SERVICE: 'a' }))
    }
    await goBackAlone(ecs, 'service-a')
    expectDone(await ecs.waybill('reconcile', { ENV: 'staging' }))
    const entries = await ledgersIn(ecs.emulator, deployEnvironments.artifacts.account)
    const { state } = await entries.head({ ...target, service: 'service-a' as ServiceName })
    expect(state).toMatchObject({ hold: 7, good: [{ tag: 'service-a-v1.0.0' }] })
    expect(await pinned('service-a', ecs)).toBe('service-a-v1.0.0')
  },
)
