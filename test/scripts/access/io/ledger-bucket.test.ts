import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { deployEnvironments, expectDone } from '../../../support/deploy.ts'
import { administratorIn, bucketIn } from '../../../support/ledger.ts'
import { writes } from '../../../support/releases.ts'
import type { Outcome } from '../../../support/run.ts'
import { makeWorld, type World } from '../../../support/world.ts'

const { staging } = deployEnvironments.environments
const { account } = staging
const Bucket = bucketIn(account)
let world: World

beforeEach(async () => {
  world = await makeWorld({ files: keeping(30) })
})

function keeping(retentionDays: number | undefined): Record<string, string> {
  const environments = { staging: { ...staging, ledger: { retentionDays } } }
  return { 'cdktf/environments.json': JSON.stringify({ ...deployEnvironments, environments }) }
}

const bootstrap = (
  more: Record<string, string> = {},
  principalArn = administratorIn(account),
): Promise<Outcome> =>
  world.waybill(
    'bootstrap',
    { ENV: 'staging', ...more },
    { env: world.emulator.credentials({ account, principalArn }) },
  )

async function defaultRetention() {
  const command = new GetObjectLockConfigurationCommand({ Bucket })
  const { ObjectLockConfiguration } = await clientsFor(world.emulator).s3.send(command)
  return ObjectLockConfiguration?.Rule?.DefaultRetention
}

describe('make bootstrap ENV=staging', () => {
  it('says what it would do, locks entries, and does nothing more the second time', async () => {
    world.emulator.clearRequests()
    const dry = expectDone(await bootstrap({ DRY_RUN: '1' }))
    const what = `the ledger bucket ${Bucket} would be created: versioned, encrypted, private, TLS only, append-only, locked for 30 days`
    expect(dry.stdout).toContain(what)
    expect(writes(world.emulator)).toEqual([])
    const { ledger } = JSON.parse(expectDone(await bootstrap({ JSON: '1' })).stdout)
    expect(ledger).toMatchObject({ bucket: Bucket, created: true })
    expect(await defaultRetention()).toEqual({ Mode: 'GOVERNANCE', Days: 30 })
    world.emulator.clearRequests()
    expect(expectDone(await bootstrap()).stdout).toContain(`the ledger bucket ${Bucket} is up to date`)
    expect(writes(world.emulator)).toEqual([])
  })

  it('sets up a lock later, lengthens it, and says that it never shortens one', async () => {
    await world.commit(keeping(undefined))
    expectDone(await bootstrap())
    for (const days of [30, 60]) {
      await world.commit(keeping(days))
      expect(expectDone(await bootstrap()).stdout).toContain(`${Bucket} was changed: Object Lock`)
      expect(await defaultRetention()).toEqual({ Mode: 'GOVERNANCE', Days: days })
    }
    await world.commit(keeping(7))
    expect(expectDone(await bootstrap()).stdout).toContain('keeps new objects for 60 days, not 7')
    expect(await defaultRetention()).toEqual({ Mode: 'GOVERNANCE', Days: 60 })
  })

  it('changes nothing for somebody else, who learns whose bucket it is', async () => {
    expectDone(await bootstrap())
    const other = `arn:aws:iam::${account}:role/other`
    expect(expectDone(await bootstrap({}, other)).stdout).toContain('is up to date')
    await world.commit(keeping(60))
    world.emulator.clearRequests()
    const { code, stderr } = await bootstrap({}, other)
    expect([code, stderr]).toEqual([3, expect.stringContaining(`may not change the ledger bucket ${Bucket}`)])
    expect(stderr).toContain(`Run this as arn:aws:iam::${account}:role/administrator`)
    expect(writes(world.emulator)).toEqual([])
  })
})
