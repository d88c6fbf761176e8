import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { HistoryAnswer } from '../../../../scripts/cli/answers/ledger/history.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeShippedZip } from '../../../support/deploy.ts'
import { eventsOf, ledgersIn } from '../../../support/ledger.ts'
import { target } from '../../../support/ledger-entries.ts'
import { deployedFunction, functionB, pull } from '../../../support/rollback.ts'

const b = { ENV: 'staging', SERVICE: 'service-b' }
const destroy = { ...b, CONFIRM: 'service-b' }
const whole = ['started', 'completed', 'verified']
let world: DeployWorld
let ledger: Ledger

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('make destroy and the ledger', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await deployedFunction(['1.0.0', '1.1.0'], onFinished)
    ledger = await ledgersIn(world.emulator, deployEnvironments.artifacts.account)
  })

  it('says what ran last, who took it down and why, and a hold outlives it', async () => {
    expectDone(await world.waybill('hold', { ...b, REASON: 'it moves' }))
    const { stdout } = expectDone(await world.waybill('destroy', { ...destroy, REASON: 'it moved' }))
    expect(stdout).toMatch(/– deploys of it still wait: held by \S+ since .* UTC: it moves\n/)
    const { event, state } = await ledger.read(target, 8)
    expect(event).toEqual({
      type: 'destroyed',
      tag: 'service-b-v1.1.0',
      revision: '2',
      reason: 'it moved',
    })
    expect(state).toEqual({ hold: 7, open: null, good: [] })
    const { services } = await world.json<HistoryAnswer>('history', b)
    expect(services[0]?.activities[0]).toMatchObject({ what: 'destroy', from: 'service-b-v1.1.0' })
    expect(services[0]?.faults).toEqual([])
  })

  it('a second time there is nothing to destroy, and nothing to write', async () => {
    const { stdout } = expectDone(await world.waybill('destroy', destroy))
    expect(stdout).toContain('there was nothing to destroy')
    expect((await eventsOf(ledger)).slice(6)).toEqual(['held', 'destroyed'])
  })

  it('once it is deployed again, goes back to nothing from before', async () => {
    const resumed = expectDone(await world.waybill('resume', { ...b, REASON: 'it stays' }))
    expect(resumed.stdout).toContain('The next deploy brings service-b-v1.1.0.')
    expectDone(await world.waybill('deploy', b))
    expect(await functionB.runs(world)).toBe('3')
    expect((await eventsOf(ledger)).slice(8)).toEqual(['resumed', ...whole])
    const back = { ...b, CONFIRM: 'b', REASON: 'slow' }
    const refused = async (more: Record<string, string>) => {
      const { code, stderr } = await world.waybill('rollback', { ...back, ...more })
      return [code, stderr] as const
    }
    expect(await refused({})).toEqual([3, expect.stringContaining('rollback-nothing')])
    for (const wish of [{ TO: '3' }, { VERSION: '1.0.0' }])
      expect(await refused(wish)).toEqual([3, expect.stringContaining('has no version 1 any more')])
    expect(await functionB.runs(world)).toBe('3')
  })

  it('writes what a run left out whose answer from S3 did not come', async () => {
    const clear = world.emulator.inject({
      operation: ({ operation, resource }) => operation === 'PutObject' && resource.includes('/ledger/'),
      kind: 'access-denied',
    })
    const failed = await world.waybill('destroy', destroy)
    clear()
    expect(failed).toMatchObject({ code: 6, stderr: expect.stringContaining('destroy-unrecorded') })
    expect(failed.stderr).toContain('service-b in staging is gone, but its ledger does not say so')
    expect(await eventsOf(ledger)).toHaveLength(12)
    const dry = expectDone(await world.waybill('destroy', { ...destroy, DRY_RUN: '1' }))
    expect(dry.stdout).toContain('its ledger still has service-b-v1.1.0, and would say that it is gone')
    const again = expectDone(await world.waybill('destroy', destroy))
    expect(again.stdout).toContain('its ledger still had service-b-v1.1.0, and says now that it is gone')
    expect((await eventsOf(ledger)).slice(12)).toEqual(['destroyed'])
  })

  it('writes nothing where the state is lost and AWS still has the service', async () => {
    expectDone(await world.waybill('deploy', b))
    await loseState()
    const { stdout } = expectDone(await world.waybill('destroy', destroy))
    expect(stdout).toContain('there was nothing to destroy')
    expect((await eventsOf(ledger)).at(-1)).toBe('verified')
  })
})

it.skipIf(!(await hasTerraform()))(
  'a service in an environment without a ledger is destroyed all the same, and the ledger is missed',
  async () => {
    const own = await makeShippedZip(onTestFinished)
    expectDone(await own.waybill('deploy', b))
    await pull(own)
    const { environments, ...rest } = JSON.parse(await own.git(['show', 'HEAD:cdktf/environments.json']))
    environments.staging.ledger = { bucket: 'none-yet' }
    await own.commit({ 'cdktf/environments.json': JSON.stringify({ ...rest, environments }) })
    const { stdout } = expectDone(await own.waybill('destroy', destroy))
    expect(stdout).toContain('service-b in staging is gone')
    expect(stdout).toMatch(/– no entry was written: staging has no ledger yet\. .*make bootstrap ENV=staging/)
  },
)

/** Deletes the state, as nobody should. */
async function loseState(): Promise<void> {
  const Bucket = `waybill-state-${deployEnvironments.artifacts.account}-eu-central-1`
  const { s3 } = clientsFor(world.emulator)
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'staging/service-b.tfstate' }))
}
