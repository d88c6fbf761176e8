import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { ReconcileAnswer } from '../../../../scripts/cli/answers/reconcile.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { type ChannelServer, startChannels } from '../../../support/channels.ts'
import { deployEnvironments, expectDone } from '../../../support/deploy.ts'
import { ledgersIn, makeLedgerBucket } from '../../../support/ledger.ts'
import { target } from '../../../support/ledger-entries.ts'
import { writes } from '../../../support/releases.ts'
import { makeWorld, type World, zipService } from '../../../support/world.ts'

const { account, region } = deployEnvironments.artifacts
const alice = { arn: 'arn:aws:sts::111111111111:assumed-role/admin/alice' }
const b = { ENV: 'staging', SERVICE: 'b' }
let world: World
let ledger: Ledger
let server: ChannelServer

beforeEach(async () => {
  server = await startChannels(onTestFinished)
  world = await makeWorld({ files: zipService('service-b') })
  const { secrets } = clientsFor(world.emulator, { env: { AWS_REGION: region } })
  const SecretString = `${server.url}/hook`
  const { ARN: webhook } = await secrets.send(new CreateSecretCommand({ Name: 'hook', SecretString }))
  const { staging, ...others } = deployEnvironments.environments
  const environments = {
    ...others,
    staging: { ...staging, notices: { webhook, githubDeployments: true, jobSummary: true } },
  }
  const json = { ...deployEnvironments, github: { repository: 'acme/parcels' }, environments }
  await world.commit({ 'cdktf/environments.json': JSON.stringify(json) })
  await makeLedgerBucket(world.emulator, account)
  ledger = await ledgersIn(world.emulator, account)
})

describe('a command that writes an entry', () => {
  it('announces it, and once', async () => {
    const done = expectDone(await world.waybill('hold', { ...b, REASON: '<!here> loses orders' }))
    expect(done.stdout).toBe('  ✔ service-b is held in staging: <!here> loses orders\n')
    expect(server.said()).toEqual([expect.stringContaining('`&lt;!here&gt; loses orders`')])
    expectDone(await world.waybill('hold', { ...b, REASON: 'again' }))
    expectDone(await world.waybill('resume', { ...b, REASON: 'fixed' }))
    expect(server.said()).toEqual([
      expect.anything(),
      expect.stringContaining('may be deployed to staging again'),
    ])
  })

  it('ends as it would have where the channel fails, and says so in a line', async () => {
    server.refusals.push({ status: 404, text: 'no_service' })
    const { code, stdout } = await world.waybill('hold', { ...b, REASON: 'loses orders' })
    expect(code).toBe(0)
    expect(stdout).toContain(
      '  – the notice about service-b in staging was not sent to the webhook: the webhook did not take a notice, it answers 404: no_service; make reconcile ENV=staging sends it\n',
    )
  })

  it('announces nothing that it has not written', async () => {
    expectDone(await world.waybill('hold', { ...b, REASON: 'x', DRY_RUN: '1' }))
    expect(server.received).toEqual([])
  })
})

describe('make reconcile', () => {
  const reconciled = async (code: number, more: Record<string, string> = {}): Promise<ReconcileAnswer> => {
    const outcome = await world.waybill('reconcile', { ENV: 'staging', JSON: '1', ...more })
    expect(outcome).toMatchObject({ code })
    return JSON.parse(outcome.stdout)
  }
  const subject = 'service-b in staging'

  it('finds the notices that are missing, and sends them', async () => {
    await ledger.append(target, alice, () => ({ type: 'held', reason: 'loses orders' }))
    world.emulator.advanceClock(3 * 60_000)
    const problem =
      'the notice of entry 1 ("Deploys of service-b to staging are held") is missing in the webhook'
    world.emulator.clearRequests()
    expect(await reconciled(0, { DRY_RUN: '1' })).toEqual({
      findings: [{ subject, problem, fixable: true }],
      fixed: 0,
    })
    expect([writes(world.emulator), server.received]).toEqual([[], []])
    server.refusals.push({ status: 403 })
    expect((await reconciled(2)).findings).toEqual([{ subject, problem, fixable: false }])
    expect(await reconciled(0)).toMatchObject({ fixed: 1 })
    expect(server.said()).toHaveLength(2)
    expect(await reconciled(0)).toEqual({ findings: [], fixed: 0 })
  })

  it('sends nothing but notices with NOTICES=1, and looks at nothing else', async () => {
    await ledger.append(target, alice, () => ({ type: 'held', reason: 'loses orders' }))
    world.emulator.advanceClock(3 * 60_000)
    world.emulator.clearRequests()
    expect(await reconciled(0, { NOTICES: '1' })).toMatchObject({ fixed: 1 })
    expect(server.said()).toHaveLength(1)
    const written = world.emulator.requests().filter(({ write }) => write)
    expect(written.map(({ resource }) => resource)).toEqual([expect.stringContaining('notices/staging/')])
    world.emulator.advanceClock(8 * 24 * 60 * 60_000)
    expect(await reconciled(0, { NOTICES: '1' })).toEqual({ findings: [], fixed: 0 })
    expect((await world.waybill('reconcile', { NOTICES: '1' })).stderr).toContain('Give ENV, too.')
  })

  it("says that GitHub's deployments take a token", async () => {
    const deployment = {
      tag: 'service-b-v1.0.0',
      digest: `sha256:${'a'.repeat(64)}` as const,
      settings: `sha256:${'5'.repeat(64)}` as const,
      commit: 'c'.repeat(40),
      applied: { kind: 'lambda-zip', tag: 'service-b-v1.0.0', revision: '1' },
    } as never
    await ledger.append(target, alice, () => ({ type: 'started', deployment }))
    await ledger.append(target, alice, () => ({ type: 'verified', started: 1, deployment }))
    world.emulator.advanceClock(3 * 60_000)
    const [finding] = (await reconciled(2)).findings
    expect(finding).toMatchObject({
      problem: expect.stringContaining("GitHub's deployments"),
      fixable: false,
    })
    expect(server.said()).toHaveLength(1)
    const env = { GITHUB_TOKEN: 'secret', GITHUB_API_URL: `${server.url}/api` }
    expectDone(await world.waybill('reconcile', { ENV: 'staging' }, { env }))
    expect(server.received.at(-1)).toMatchObject({ token: 'Bearer secret', body: { state: 'success' } })
    expect(await reconciled(0)).toEqual({ findings: [], fixed: 0 })
  })

  it('finds an old hold, also of a service without a pin', async () => {
    await ledger.append(target, alice, () => ({ type: 'held', reason: 'loses orders' }))
    world.emulator.advanceClock(8 * 24 * 60 * 60_000)
    expect((await reconciled(3)).findings).toEqual([
      { subject, problem: expect.stringContaining('more than a week'), fixable: false },
    ])
  })
})
