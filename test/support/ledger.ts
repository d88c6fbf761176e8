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

/** The bucket of the ledgers of staging. */
export const bucketOfLedger = `waybill-ledger-${account}-${region}`

/** The target whose ledger tests write. */
export const target = { service: 'service-b' as ServiceName, environment: 'staging' }

/** Makes the bucket of an environment's ledgers, versioned. */
export async function makeLedgerBucket(
  emulator: Emulator,
  bucket = bucketOfLedger,
  of = account,
): Promise<void> {
  const { s3 } = clientsFor(emulator, { env: emulator.credentials({ account: of }) })
  await s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  )
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
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
  const connect = (name?: string): Promise<Ledger> =>
    connectLedger({
      settings: settingsFor(emulator),
      environment: { ledger: { bucket: bucketOfLedger } },
      repository: name,
      clock: systemClock,
    })
  return { emulator, connect, ledger: await connect(repository) }
}

function settingsFor(emulator: Emulator): AwsSettings {
  const timeoutMs = 20_000
  const access = awsAccess(emulator.env, { timeoutMs, isProcess: false })
  return { section: 'environments.staging', account, region, putImagePerSecond: 10, timeoutMs, access }
}
