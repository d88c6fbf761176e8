import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DeregisterTaskDefinitionCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs'
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { Digest } from '../../../../scripts/names/digest.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone, routed } from '../../../support/deploy.ts'
import { startWaybill } from '../../../support/killable.ts'
import { eventsOf, ledgersIn } from '../../../support/ledger.ts'
import { target } from '../../../support/ledger-entries.ts'
import { operations, writes } from '../../../support/releases.ts'
import {
  deployedWorld,
  deployVersion,
  ecsA,
  functionB,
  pinnedTag,
  pull,
  takeBack,
} from '../../../support/rollback.ts'
import { imageService, zipService } from '../../../support/world.ts'

const onFinished = afterSuite()
const hasIt = await hasTerraform()
const b = { ENV: 'staging', SERVICE: 'service-b' }
const who = { arn: 'arn:aws:iam::111111111111:user/bob' }

const ledgerIn = ({ emulator }: DeployWorld) => ledgersIn(emulator, '111111111111')

async function resume(world: DeployWorld, service: string): Promise<void> {
  expectDone(await world.waybill('resume', { ENV: 'staging', SERVICE: service, REASON: 'fixed' }))
}

/** The sequence of the entry that verified a version of the function. */
async function verifiedAt(ledger: Ledger, version: string): Promise<number> {
  const links = await ledger.links(target)
  const found = links.findLast(({ entry }) => {
    const event = 'value' in entry ? eventOf(entry.value) : undefined
    return event?.type === 'verified' && event.deployment.tag === `service-b-v${version}`
  })
  return found?.sequence ?? 0
}

async function expectSettled(world: DeployWorld): Promise<void> {
  await pull(world)
  expect(expectDone(await world.waybill('plan', b)).stdout).toContain('no changes')
  const { state } = await (await ledgerIn(world)).head(target)
  expect(state).toMatchObject({ open: null, hold: expect.any(Number) })
}

describe.skipIf(!hasIt)('where a rollback cannot go', () => {
  let world: DeployWorld
  let ledger: Ledger
  beforeAll(async () => {
    world = await deployedWorld(functionB, ['1.0.0', '1.1.0', '1.2.0', '1.3.0'], { onFinished })
    ledger = await ledgerIn(world)
  })

  it('is passed over: a release that was yanked, and a revision that is gone', async () => {
    expectDone(await world.waybill('yank', { TAG: 'service-b-v1.2.0', REASON: 'leaks' }))
    const gone = { FunctionName: 'service-b-staging', Qualifier: '2' }
    await clientsFor(world.emulator).lambda.send(new DeleteFunctionCommand(gone))
    const { stdout } = expectDone(await takeBack(world, functionB, { DRY_RUN: '1' }))
    expect(stdout).toMatch(/passed over service-b-v1\.2\.0: it was yanked by .*: leaks/)
    expect(stdout).toContain(
      'passed over service-b-v1.1.0: its revision cannot run: service-b-staging has no version 2 any more',
    )
    expect(stdout).toContain('goes back to service-b-v1.0.0 (version 1)')
  })

  it('is refused by name, with the nearest place that it can go to', async () => {
    world.emulator.clearRequests()
    const outcome = await takeBack(world, functionB, { VERSION: '1.1.0' })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('has no version 2 any more') })
    const nearest = `The nearest is TO=${await verifiedAt(ledger, '1.0.0')}, service-b-v1.0.0.`
    expect(outcome.stderr).toContain(nearest)
    const between = String((await verifiedAt(ledger, '1.1.0')) - 1)
    expect((await takeBack(world, functionB, { TO: between })).stderr).toContain(nearest)
    expect(writes(world.emulator)).toEqual([])
  })

  it('is a revision that runs something else than what was verified', async () => {
    const at = await verifiedAt(ledger, '1.0.0')
    const event = eventOf(await ledger.read(target, at))
    if (event?.type !== 'verified') throw new TypeError(`entry ${at} is not a verification`)
    const deployment = { ...event.deployment, digest: `sha256:${'0'.repeat(64)}` as Digest }
    const wrong = await ledger.append(target, who, () => ({ ...event, deployment }))
    const outcome = await takeBack(world, functionB, { TO: String(wrong?.sequence) })
    expect(outcome).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/its revision runs sha256:.*, not sha256:0/),
    })
    expect(await functionB.runs(world)).toBe('4')
    const newest = eventOf(await ledger.read(target, await verifiedAt(ledger, '1.3.0')))
    await ledger.append(target, who, () => newest)
  })

  it('is anywhere by the ledger of another repository', async () => {
    const change = (repository: string) => {
      const text = JSON.stringify({ ...deployEnvironments, github: { repository } })
      return world.commit({ 'cdktf/environments.json': text })
    }
    await change('acme/parcels')
    await deployVersion(world, functionB, '1.4.0')
    await change('acme/letters')
    world.emulator.clearRequests()
    const outcome = await takeBack(world, functionB)
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('code   ledger-foreign') })
    expect(writes(world.emulator)).toEqual([])
  })
})

it.skipIf(!hasIt)('does not go back to a task definition that ECS has no more', async () => {
  const world = await deployedWorld(ecsA, ['1.0.0', '1.1.0', '1.2.0'], { onFinished })
  const gone = new DeregisterTaskDefinitionCommand({ taskDefinition: 'service-a-staging:2' })
  await clientsFor(world.emulator).ecs.send(gone)
  world.emulator.clearRequests()
  const outcome = await takeBack(world, ecsA)
  expect(outcome).toMatchObject({ code: 3, stderr: expect.stringMatching(/service-a-staging:2 is gone/) })
  expect(outcome.stderr).toMatch(/The nearest is TO=\d+, service-a-v1\.0\.0\./)
  expect(await ecsA.runs(world)).toBe('3')
  expectDone(await takeBack(world, ecsA, { TO: /TO=(\d+)/.exec(outcome.stderr)?.[1] ?? '' }))
  expect(await ecsA.runs(world)).toBe('1')
})

it.skipIf(!hasIt)(
  'lets ECS shift the traffic in one step, and leaves the strategy of the service as it was',
  async () => {
    const strategy = { type: 'canary', percent: 5, canaryMinutes: 7, bakeMinutes: 9 }
    const files = imageService('service-a', { settings: { ...routed, strategy } })
    const world = await deployedWorld(ecsA, ['1.0.0'], { files, onFinished })
    // The deployment bakes by the clock of the emulator.
    const hurry = setInterval(() => world.emulator.advanceClock(60_000), 100)
    await deployVersion(world, ecsA, '1.1.0').finally(() => clearInterval(hurry))
    const configuration = async () => {
      const asked = { cluster: 'shared', services: ['service-a-staging'] }
      const { services } = await clientsFor(world.emulator).ecs.send(new DescribeServicesCommand(asked))
      return services?.[0]?.deploymentConfiguration
    }
    const before = await configuration()
    expect(before).toMatchObject({ strategy: 'CANARY', bakeTimeInMinutes: 9 })
    const seen: unknown[] = []
    world.emulator.inject({
      operation: 'UpdateService',
      kind: 'delay',
      delayMs: 0,
      times: 1,
      actionAt: 'after',
      action: async () => void seen.push(await configuration()),
    })
    expectDone(await takeBack(world, ecsA))
    // What protects a deployment stays, and what delays it goes.
    const { canaryConfiguration: _, ...kept } = before ?? {}
    expect(seen).toEqual([{ ...kept, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [] }])
    expect(await ecsA.runs(world)).toBe('1')
    expect(await configuration()).toMatchObject({ strategy: 'CANARY', bakeTimeInMinutes: 9 })
    await pull(world)
    const plan = expectDone(await world.waybill('plan', { ENV: 'staging', SERVICE: 'service-a' }))
    expect(plan.stdout).toContain('no changes')
  },
)

describe.skipIf(!hasIt)('while others are at work', () => {
  it('ends a deployment of ECS in progress, and the deploy that waits for it says so', async () => {
    const world = await deployedWorld(ecsA, ['1.0.0', '1.1.0'], { onFinished })
    await world.commit(imageService('service-a', { settings: { ...routed, variables: { GREETING: 'hi' } } }))
    world.emulator.setRollout({ cluster: 'shared', service: 'service-a-staging', outcome: 'hangs', times: 1 })
    const deploy = startWaybill(world, 'deploy', { ENV: 'staging', SERVICE: 'service-a' })
    await expect.poll(() => ecsA.runs(world), { interval: 100 }).toBe('3')
    world.emulator.clearRequests()
    const { stdout } = expectDone(await takeBack(world, ecsA))
    expect(stdout).toMatch(/The rollout that entry \d+ began ends here/)
    expect(stdout).toContain('is back on service-a-v1.1.0')
    const asked = operations(world.emulator)
    expect(asked).toContain('StopServiceDeployment')
    expect(asked).not.toContain('UpdateService')
    expect((await deploy.ended).code).toBeGreaterThan(0)
    expect(await ecsA.runs(world)).toBe('2')
    // The same release with its older settings.
    expect(stdout).toMatch(/stays pinned to service-a-v1\.1\.0.* newer settings out, of [0-9a-f]{40}/)
  })

  it('two at once go to the same place, with one entry', async () => {
    const world = await deployedWorld(functionB, ['1.0.0', '1.1.0', '1.2.0'], { onFinished })
    const [before, ledger] = [await functionB.runs(world), await ledgerIn(world)]
    const events = await eventsOf(ledger)
    const meet = Promise.withResolvers<void>()
    let looked = 0
    // Both have looked before either moves the traffic.
    world.emulator.inject({
      operation: 'UpdateAlias',
      kind: 'delay',
      delayMs: 0,
      times: 2,
      action: () => {
        looked += 1
        if (looked === 2) meet.resolve()
        return meet.promise
      },
    })
    const outcomes = await Promise.all([takeBack(world, functionB), takeBack(world, functionB)])
    expect(before).toBe('3')
    expect(await functionB.runs(world)).toBe('2')
    expect(await eventsOf(ledger)).toEqual([...events, 'rollback', 'rollback-completed'])
    expect(outcomes.map(({ code }) => code).toSorted()[0]).toBe(0)
    const said = outcomes.map(({ stdout }) => stdout)
    expect(said.filter(one => one.includes('which another run has written'))).toHaveLength(1)
  })
})

describe.skipIf(!hasIt)('the pin of a rollback', () => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await deployedWorld(functionB, ['1.0.0', '1.1.0'], { onFinished })
  })

  it('is proposed with PR=1, and after the merge the same command finishes the rest', async () => {
    const { stdout } = expectDone(await takeBack(world, functionB, { PR: '1' }))
    const branch = 'pin/staging/service-b-v1.0.0'
    expect(stdout).toContain(`on the branch ${branch}`)
    expect(await pinnedTag(world, functionB)).toBe('service-b-v1.1.0')
    await world.git(['update-ref', 'refs/heads/main', `refs/heads/${branch}`], world.remote)
    await resume(world, 'service-b')
    world.emulator.clearRequests()
    const finished = expectDone(await takeBack(world, functionB, { PR: '1' }))
    expect(operations(world.emulator)).not.toContain('UpdateAlias')
    expect(finished.stdout).toContain('service-b is not held any more')
    expect(await pinnedTag(world, functionB)).toBe('service-b-v1.0.0')
    await pull(world)
    expect(expectDone(await world.waybill('plan', b)).stdout).toContain('no changes')
    expect((await (await ledgerIn(world)).head(target)).state).toMatchObject({ open: null, hold: null })
  })

  it('is proposed by itself where main takes no push', async () => {
    await resume(world, 'service-b')
    await deployVersion(world, functionB, '1.2.0')
    const hook = join(world.remote, 'hooks', 'update')
    await mkdir(dirname(hook), { recursive: true })
    await writeFile(hook, '#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo protected >&2; exit 1; }\n')
    await chmod(hook, 0o755)
    const answer = JSON.parse(expectDone(await takeBack(world, functionB, { JSON: '1' })).stdout)
    await rm(hook)
    expect(answer).toMatchObject({
      result: 'back',
      pin: 'proposed',
      proposal: { branch: expect.stringContaining('pin/staging/') },
    })
    expect(await pinnedTag(world, functionB)).toBe('service-b-v1.2.0')
    const again = JSON.parse(expectDone(await takeBack(world, functionB, { JSON: '1' })).stdout)
    expect(again).toMatchObject({ result: 'already back', pin: 'created' })
    await expectSettled(world)
  })

  it('stays as it is where only the settings were newer, and their commit is named', async () => {
    await resume(world, 'service-b')
    await pull(world)
    expectDone(await world.waybill('deploy', b))
    const before = await functionB.runs(world)
    const commit = await world.commit(pickSettings({ GREETING: 'bonjour' }))
    expectDone(await world.waybill('deploy', b))
    const { stdout } = expectDone(await takeBack(world, functionB, { JSON: '1' }))
    expect(JSON.parse(stdout)).toMatchObject({ result: 'back', pin: 'as before', changedBy: commit })
    expect(await functionB.runs(world)).toBe(before)
    await expectSettled(world)
  })
})

function pickSettings(variables: Record<string, string>): Record<string, string> {
  const path = 'services/service-b/service.json'
  return { [path]: zipService('service-b', { settings: { variables } })[path] ?? '' }
}
