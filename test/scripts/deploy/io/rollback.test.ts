import { rename } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { HistoryAnswer } from '../../../../scripts/cli/answers/ledger/history.ts'
import type { RollbackAnswer } from '../../../../scripts/cli/answers/ledger/rollback.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone } from '../../../support/deploy.ts'
import { operations, writes } from '../../../support/releases.ts'
import { deployedWorld, ecsA, functionB, pinnedTag, pull, takeBack } from '../../../support/rollback.ts'

/** What a ledger says happened last: which release the traffic left, and for which. */
async function lastMove(world: DeployWorld, service: typeof functionB): Promise<string> {
  const options = { ...staging, SERVICE: service.name, JSON: '1' }
  const { stdout } = expectDone(await world.waybill('history', options))
  const [activity] = (JSON.parse(stdout) as HistoryAnswer).services[0]?.activities ?? []
  return `${activity?.what} ${activity?.from} → ${activity?.to}`
}

const staging = { ENV: 'staging' }
const onFinished = afterSuite()
const hasIt = await hasTerraform()

describe.skipIf(!hasIt).each([functionB, ecsA])('going back with $name', service => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await deployedWorld(service, ['1.0.0', '1.1.0', '1.2.0'], { onFinished })
  })

  it('says where it would go, and changes nothing, with DRY_RUN=1', async () => {
    world.emulator.clearRequests()
    const outcome = await takeBack(world, service, { DRY_RUN: '1' })
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`back to ${service.name}-v1.1.0`),
    })
    expect(writes(world.emulator)).toEqual([])
  })

  it('asks first', async () => {
    const outcome = await takeBack(world, service, { CONFIRM: 'yes' })
    expect(outcome).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('code   rollback-not-confirmed'),
    })
    expect(await service.runs(world)).toBe('3')
  })

  it('sends the traffic back, holds the service, pins the release, and leaves nothing to plan', async () => {
    const { stdout, stderr, code } = await takeBack(world, service, { JSON: '1' })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const answer = JSON.parse(stdout) as RollbackAnswer
    expect(answer).toMatchObject({ result: 'back', to: { tag: `${service.name}-v1.1.0` }, pin: 'created' })
    expect(await lastMove(world, service)).toBe(`rollback ${service.name}-v1.2.0 → ${service.name}-v1.1.0`)
    expect(await service.runs(world)).toBe('2')
    expect(await pinnedTag(world, service)).toBe(`${service.name}-v1.1.0`)
    await pull(world)
    const plan = expectDone(await world.waybill('plan', { ...staging, SERVICE: service.name }))
    expect(plan.stdout).toContain('no changes')
    const all = expectDone(await world.waybill('plan', { ...staging, ALL: '1' }))
    expect(all.stdout).toMatch(/ {2}– service-[ab]: .*:?2; applied is .*4; sent back by \S+, held\n/)
    expect(all.stdout).not.toContain('✖')
    expect(all.stdout).toContain('staging matches its pins: there is nothing to apply.')
    const deploy = await world.waybill('deploy', { ...staging, SERVICE: service.name })
    expect(deploy).toMatchObject({ code: 3, stderr: expect.stringMatching(/rolled back to .*loses orders/s) })
    expect(await service.runs(world)).toBe('2')
  })

  it('goes further back the second time, and then there is nothing left', async () => {
    expectDone(await takeBack(world, service))
    expect(await service.runs(world)).toBe('1')
    expect(await pinnedTag(world, service)).toBe(`${service.name}-v1.0.0`)
    world.emulator.clearRequests()
    const third = await takeBack(world, service)
    expect(third).toMatchObject({ code: 3, stderr: expect.stringContaining('code   rollback-nothing') })
    expect(third.stderr).toContain('or all of them were taken back')
    expect(writes(world.emulator)).toEqual([])
  })

  it('takes what is named, and says what is nearest where that cannot be used', async () => {
    const never = await takeBack(world, service, { VERSION: '9.0.0' })
    expect(never).toMatchObject({ code: 3, stderr: expect.stringContaining('was never verified') })
    // What runs is no place to go back to.
    expect(never.stderr).not.toContain('The nearest')
    const start = await takeBack(world, service, { TO: '1' })
    expect(start).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('not about a verified deployment'),
    })
    expect(await takeBack(world, service, { TO: '999' })).toMatchObject({ code: 3 })
    await pull(world)
    expectDone(await takeBack(world, service, { VERSION: '1.1.0' }))
    expect(await service.runs(world)).toBe('2')
    expect(await pinnedTag(world, service)).toBe(`${service.name}-v1.1.0`)
  })

  it('writes nothing where what is named runs and the ledger says so, held or not', async () => {
    world.emulator.clearRequests()
    const again = expectDone(await takeBack(world, service, { VERSION: '1.1.0' }))
    expect(again.stdout).toMatch(
      /already runs .*, and its ledger says so: there is nothing to go back from\.\n$/,
    )
    expectDone(await world.waybill('resume', { ...staging, SERVICE: service.name, REASON: 'fixed' }))
    world.emulator.clearRequests()
    const { stdout } = expectDone(await takeBack(world, service, { VERSION: '1.1.0' }))
    expect(stdout).toContain(`It is not held: make hold ENV=staging SERVICE=${service.name}`)
    expect(writes(world.emulator)).toEqual([])
  })

  it('does not guess which of two is meant', async () => {
    const both = await takeBack(world, service, { VERSION: '1.0.0', TO: '3' })
    const several = await takeBack(world, service, { SERVICE: 'a,b' })
    for (const outcome of [both, several])
      expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('rollback-ambiguous') })
  })

  it('has nothing to send back where nothing was deployed', async () => {
    const { code, stderr } = await takeBack(world, service, { ENV: 'prod' })
    expect([code, stderr]).toEqual([3, expect.stringContaining('so there is no traffic to send back')])
    expect(stderr).toContain(`make deploy ENV=prod SERVICE=${service.name} creates it`)
  })

  it('says whose credentials these are where they are of another account', async () => {
    const env = world.emulator.credentials({ account: '222222222222' })
    const { code, stderr } = await takeBack(world, service, {}, { env })
    expect([code, stderr]).toEqual([2, expect.stringContaining('code   aws-wrong-account')])
  })

  it('can be asked again where a deployment is named and the ledger does not answer', async () => {
    const stop = world.emulator.inject({ operation: 'ListObjectsV2', kind: 'timeout' })
    const { code, stderr } = await takeBack(world, service, { VERSION: '1.0.0' })
    stop()
    expect([code, stderr]).toEqual([6, expect.stringContaining('S3 gave no answer for 3 s')])
  })

  it('does not go back to a release that was yanked', async () => {
    expectDone(await world.waybill('yank', { TAG: `${service.name}-v1.0.0`, REASON: 'leaks' }))
    const outcome = await takeBack(world, service, { VERSION: '1.0.0' })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringMatching(/it was yanked by .*: leaks/) })
    expect(await service.runs(world)).toBe('2')
  })
})

describe.skipIf(!hasIt).each([functionB, ecsA])('with git and S3 unreachable, $name', service => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await deployedWorld(service, ['1.0.0', '1.1.0'], { onFinished })
  })

  it('goes back to what AWS knows as good, in at most four calls', async () => {
    await rename(world.remote, `${world.remote}.away`)
    world.emulator.clearRequests()
    const env = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }
    const outcome = await takeBack(world, service, {}, { env })
    expect(outcome.stdout).toMatch(/the ledger cannot be read: .*\n.*what AWS itself knows as good/)
    expect(outcome).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/is back on .*, but the rest is not done/),
    })
    expect(outcome.stderr).toContain(`make rollback ENV=staging SERVICE=${service.name}`)
    expect(await service.runs(world)).toBe('1')
    const asked = operations(world.emulator).filter(operation => !/GetCallerIdentity/.test(operation))
    const moved = asked.findIndex(operation => /^(UpdateAlias|UpdateService)$/.test(operation))
    expect(moved).toBeGreaterThan(0)
    expect(moved).toBeLessThan(4)
  })

  it('finishes the rest when the same command runs again, and moves nothing', async () => {
    await rename(`${world.remote}.away`, world.remote)
    world.emulator.clearRequests()
    const outcome = expectDone(await takeBack(world, service))
    expect(outcome.stdout).toContain('already runs')
    expect(await lastMove(world, service)).toBe(`rollback ${service.name}-v1.1.0 → ${service.name}-v1.0.0`)
    const asked = operations(world.emulator)
    expect(asked.filter(operation => /^(UpdateAlias)$/.test(operation))).toEqual([])
    expect(await service.runs(world)).toBe('1')
    expect(await pinnedTag(world, service)).toBe(`${service.name}-v1.0.0`)
    expect(await world.waybill('deploy', { ...staging, SERVICE: service.name })).toMatchObject({ code: 3 })
  })
})

it.skipIf(!hasIt)(
  'an environment without a ledger goes back all the same, and says how to get one',
  async () => {
    const world = await deployedWorld(functionB, ['1.0.0', '1.1.0'], { onFinished })
    const { environments, ...rest } = JSON.parse(await world.git(['show', 'HEAD:cdktf/environments.json']))
    environments.staging.ledger = { bucket: 'none-yet' }
    await world.commit({ 'cdktf/environments.json': JSON.stringify({ ...rest, environments }) })
    const outcome = await takeBack(world, functionB)
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('make bootstrap ENV=staging') })
    expect(outcome.stderr).toContain('is back on')
    expect(await functionB.runs(world)).toBe('1')
  },
)
