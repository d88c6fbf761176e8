import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { expect, onTestFinished } from 'vitest'
import { awsAccess } from '../../scripts/aws/access.ts'
import type { AwsSettings } from '../../scripts/aws/io/calls.ts'
import { unwrap } from '../../scripts/base/attempt.ts'
import { systemClock } from '../../scripts/base/io/clock.ts'
import { chainFaults } from '../../scripts/ledger/chain.ts'
import { connectLedger, type Ledger } from '../../scripts/ledger/io/ledger.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import type { Target } from '../../scripts/names/target.ts'
import { clientsFor } from '../emulator/clients.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'

const account = '222222222222'
const region = 'eu-central-1'

/** The bucket of the ledgers in an account. */
export const bucketIn = (of: string) => `waybill-ledger-${of}-${region}`

/** The bucket of the ledgers of staging. */
export const bucketOfLedger = bucketIn(account)

/** The target whose ledger tests write. */
export const target = { service: 'service-b' as ServiceName, environment: 'staging' }

/** Makes the bucket of the ledgers in an account, versioned. */
export async function makeLedgerBucket(emulator: Emulator, of = account): Promise<void> {
  const { s3 } = clientsFor(emulator, { env: emulator.credentials({ account: of }) })
  const Bucket = bucketIn(of)
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  )
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
}

/** Connects to the ledgers in an account. */
export async function ledgersIn(emulator: Emulator, of = account, repository?: string): Promise<Ledger> {
  return await connectLedger({
    settings: settingsFor(emulator, of),
    environment: { ledger: { bucket: bucketIn(of) } },
    repository,
    clock: systemClock,
  })
}

/** What a ledger says happened, oldest first. */
export async function eventsOf(ledger: Ledger, of: Target = target): Promise<string[]> {
  const links = await ledger.links(of)
  expect(chainFaults(links)).toEqual([])
  return links.map(({ entry }) => unwrap(entry).event.type)
}

/** An AWS with the ledgers of staging, and a connection to them. */
export async function ledgerWorld({
  hasBucket = true,
  repository,
}: {
  readonly hasBucket?: boolean
  readonly repository?: string
} = {}) {
  const emulator = await startEmulator({ region, account })
  onTestFinished(() => emulator.close())
  if (hasBucket) await makeLedgerBucket(emulator)
  const connect = (name?: string) => ledgersIn(emulator, account, name)
  return { emulator, connect, ledger: await connect(repository) }
}

function settingsFor(emulator: Emulator, of: string): AwsSettings {
  const timeoutMs = 20_000
  const access = awsAccess(emulator.env, { timeoutMs, isProcess: false })
  return { section: 'environments.staging', account: of, region, putImagePerSecond: 10, timeoutMs, access }
}
