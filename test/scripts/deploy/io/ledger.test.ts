import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeployAnswer } from '../../../../scripts/cli/answers/deploy.ts'
import type { HistoryAnswer } from '../../../../scripts/cli/answers/ledger/history.ts'
import type { PlanAnswer } from '../../../../scripts/cli/answers/plan.ts'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { bucketIn, eventsOf, ledgersIn } from '../../../support/ledger.ts'
import { writes } from '../../../support/releases.ts'
import { zipService } from '../../../support/world.ts'

const { account } = deployEnvironments.artifacts
const staging = { ENV: 'staging' }
const b = { ...staging, SERVICE: 'b' }
const target = { service: 'service-b' as ServiceName, environment: 'staging' }
const bob = { arn: 'arn:aws:sts::111111111111:assumed-role/admin/bob' }
const whole = ['started', 'completed', 'verified']
let world: DeployWorld
let ledger: Ledger

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('make deploy and the ledger', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await makeDeployWorld({
      files: { ...zipService('service-b'), ...zipService('service-c') },
      onFinished,
    })
    ledger = await ledgersIn(world.emulator, account)
    await world.ship('service-b', '1.0.0')
    await world.ship('service-c', '1.0.0')
  })
  beforeEach(() => world.emulator.clearRequests())

  it('each deploy is written: who, what, with which settings, from which commit', async () => {
    const env = { GITHUB_ACTOR: 'octocat' }
    const { results } = await world.json<DeployAnswer>('deploy', staging, { env })
    expect(await eventsOf(ledger, target)).toEqual(whole)
    const commit = await world.git(['rev-parse', 'origin/main'])
    const settings = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
    expect(await ledger.read(target, 3)).toMatchObject({
      who: { actor: 'octocat' },
      event: { deployment: { tag: 'service-b-v1.0.0', commit, settings, applied: results[0]?.applied } },
    })
    const { stdout } = expectDone(await world.waybill('history', b))
    expect(stdout).toMatch(/\n3 .* deploy {2}1\.0\.0 .* verified {2}octocat\n/)
  })

  it('a deploy that has nothing to do writes nothing, and reads the newest entry once', async () => {
    expectDone(await world.waybill('deploy', b))
    const asked = world.emulator.requests().filter(({ resource }) => resource.includes(bucketIn(account)))
    expect(asked.map(({ operation }) => operation)).toEqual(['ListObjectsV2', 'GetObject'])
  })

  it('a held service is refused before its apply, and the others are deployed', async () => {
    await world.ship('service-b', '1.1.0')
    await world.ship('service-c', '1.1.0')
    expectDone(await world.waybill('hold', { ...b, REASON: 'loses orders' }))
    const { code, stdout, stderr } = await world.waybill('deploy', staging)
    expect(stderr).toMatch(/service-b in staging is held, so no traffic was sent anywhere/)
    expect(stderr).toMatch(/held by \S+ since .* UTC: loses orders/)
    expect(stderr).toContain("make resume ENV=staging SERVICE=service-b REASON='…'")
    expect(stdout).toContain('✔ service-c: staging runs service-c-v1.1.0')
    expect(code).toBe(3)
    expect(
      writes(world.emulator).filter(write => /Function|Alias/.test(write) && /service-b/.test(write)),
    ).toEqual([])
    expect((await world.waybill('deploy', { ...b, DRY_RUN: '1' })).code).toBe(3)
  })

  it('where a person approves each deploy, nobody is asked about a held service', async () => {
    await world.ship('service-b', '1.0.1', 'prod')
    const prod = { ENV: 'prod', SERVICE: 'b' }
    expectDone(await world.waybill('hold', { ...prod, REASON: 'loses orders' }))
    const { code, stderr } = await world.waybill('deploy', prod)
    expect([code, stderr]).toEqual([3, expect.stringContaining('service-b in prod is held')])
    expect(stderr).not.toContain('needs approval')
    await world.git(['rm', '--quiet', 'cdktf/pins/prod/service-b.json'])
    await world.commit({}, 'Remove the pin')
  })

  it('a plan shows what is held, and says so instead of how to deploy it', async () => {
    const { stdout } = expectDone(await world.waybill('plan', b))
    expect(stdout).toMatch(/– service-b gets no deploy: held by \S+ since .* UTC: loses orders/)
    const { holds } = await world.json<PlanAnswer>('plan', { ...staging, ALL: '1' })
    expect(holds).toMatchObject([{ service: 'service-b', reason: 'loses orders' }])
  })

  it('once it is resumed it is deployed', async () => {
    const { stdout } = expectDone(await world.waybill('resume', { ...b, REASON: 'fixed' }))
    expect(stdout).toContain(
      'The next deploy brings service-b-v1.1.0; service-b-v1.0.0 was the last one verified.',
    )
    expectDone(await world.waybill('deploy', b))
    expect((await eventsOf(ledger, target)).slice(3)).toEqual(['held', 'resumed', ...whole])
  })

  it('a hold during the apply keeps the traffic where it is', async () => {
    await world.ship('service-b', '1.2.0')
    const action = async () =>
      void (await ledger.append(target, bob, () => ({ type: 'held', reason: 'on fire' })))
    world.emulator.inject({ operation: 'PublishVersion', kind: 'delay', delayMs: 0, times: 1, action })
    const { code, stderr } = await world.waybill('deploy', b)
    expect([code, stderr]).toEqual([3, expect.stringContaining('held by bob')])
    expect([await versionOf('STAGING'), await versionOf('STAGING_STABLE')]).toEqual(['2', '2'])
    expectDone(await world.waybill('resume', { ...b, REASON: 'fixed' }))
    expectDone(await world.waybill('deploy', b))
    expect([await versionOf('STAGING'), await versionOf('STAGING_STABLE')]).toEqual(['3', '3'])
  })

  it('an approved plan is written by its hash, with the settings that it was made with', async () => {
    await world.ship('service-b', '1.3.0')
    const plan = await world.json<PlanAnswer>('plan', { ...b, OUT: 'state' })
    const commit = await world.git(['rev-parse', 'HEAD'])
    const [file, json] = Object.entries(zipService('service-b', { settings: { memory: 512 } }))[0] ?? []
    await world.commit({ [file ?? '']: json ?? '' }, 'Use more memory')
    const approved = { PLAN: plan.file ?? '', PLAN_SHA256: plan.sha256 ?? '' }
    expectDone(await world.waybill('deploy', { ...b, ...approved }))
    const head = await ledger.head(target)
    const started = await ledger.read(target, head.sequence - 2)
    const before = await ledger.read(target, head.sequence - 3)
    expect(started.event).toMatchObject({ plan: `sha256:${plan.sha256}`, deployment: { commit } })
    expect(head.state.good[0]?.settings).toBe(before.state.good[0]?.settings)
    // Now the settings that came later.
    expectDone(await world.waybill('deploy', b))
  })

  it('a rollout of something else in a phase is not disturbed by an apply', async () => {
    const [verified] = (await ledger.head(target)).state.good
    const event = eventOf(await ledger.read(target, verified?.sequence ?? 0))
    if (event?.type !== 'verified') throw new Error(event?.type)
    const applied = { ...event.deployment.applied, revision: '99' }
    const deployment = { ...event.deployment, tag: 'service-b-v9.0.0', applied }
    await ledger.append(target, bob, () => ({ type: 'started', deployment }))
    const started = (await ledger.head(target)).sequence
    const inPhase = (deadline: string) =>
      ledger.append(target, bob, () => ({ type: 'shifted', started, phase: 1, share: 5, deadline }))
    await inPhase('2099-01-02T03:04:05.000Z')
    world.emulator.clearRequests()
    for (const options of [b, { ...b, DRY_RUN: '1' }]) {
      const { code, stderr } = await world.waybill('deploy', options)
      expect([code, stderr]).toEqual([3, expect.stringContaining('is in phase 1: nothing was applied')])
      expect(stderr).toContain('a rollout of service-b-v9.0.0 to service-b in staging')
      expect(stderr).toMatch(/gives it 5 % of the traffic; it may be continued until 2099-01-02 03:04 UTC/)
    }
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
    const { rollouts } = await world.json<PlanAnswer>('plan', b)
    expect(rollouts).toMatchObject([{ service: 'service-b', phase: 1, share: 5, isAbandoned: false }])
    // What nobody continues is not in the way where its traffic is back.
    await inPhase('2001-01-02T03:04:05.000Z')
    expectDone(await world.waybill('deploy', b))
    expect((await eventsOf(ledger, target)).slice(-3)).toEqual(whole)
  })

  it('an environment without a ledger deploys nothing, and says how to make one', async () => {
    const other = { ...deployEnvironments.environments.staging, ledger: { bucket: 'acme-ledgers' } }
    const environments = { ...deployEnvironments, environments: { staging: other } }
    await world.commit({ 'cdktf/environments.json': JSON.stringify(environments) })
    const { code, stderr } = await world.waybill('deploy', b)
    expect([code, stderr]).toEqual([2, expect.stringContaining('Create it: make bootstrap ENV=staging')])
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
    const { stdout } = expectDone(await world.waybill('plan', b))
    expect(stdout).toContain('– make deploy would fail: staging has no ledger yet. Create it: make bootstrap')
  })

  it('what runs already is verified once there is a ledger, without a move', async () => {
    await clientsFor(world.emulator).s3.send(new CreateBucketCommand({ Bucket: 'acme-ledgers' }))
    world.emulator.clearRequests()
    const { results } = await world.json<DeployAnswer>('deploy', b)
    expect(results).toMatchObject([{ result: 'already done' }])
    expect(writes(world.emulator).filter(write => /:STAGING$|Function/.test(write))).toEqual([])
    const { services } = await world.json<HistoryAnswer>('history', b)
    expect(services).toMatchObject([{ activities: [{ what: 'deploy', verdict: 'verified' }] }])
  })
})

async function versionOf(Name: string): Promise<string | undefined> {
  const asked = { FunctionName: 'service-b-staging', Name }
  const { FunctionVersion } = await clientsFor(world.emulator).lambda.send(new GetAliasCommand(asked))
  return FunctionVersion
}
