import { DeleteBucketPolicyCommand } from '@aws-sdk/client-s3'
import { expect, onTestFinished } from 'vitest'
import { ledgerBucket } from '../../scripts/access/ledger-bucket.ts'
import { inspectBucket } from '../../scripts/aws/io/bucket.ts'
import type { AwsSettings } from '../../scripts/aws/io/calls.ts'
import { requireAccount } from '../../scripts/aws/io/identity.ts'
import { unwrap } from '../../scripts/base/attempt.ts'
import { parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { systemClock } from '../../scripts/cli/io/clock.ts'
import { chainFaults } from '../../scripts/ledger/chain.ts'
import { connectLedger, type Ledger } from '../../scripts/ledger/io/ledger.ts'
import type { Target } from '../../scripts/names/target.ts'
import { clientsFor } from '../emulator/clients.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { settingsOf } from './aws-settings.ts'
import { target } from './ledger-entries.ts'
import { environmentsJson } from './world.ts'

const account = '222222222222'
const region = 'eu-central-1'

/** The bucket of the ledgers in an account. */
export const bucketIn = (of: string) => `waybill-ledger-${of}-${region}`

/** The bucket of the ledgers of staging. */
export const bucketOfLedger = bucketIn(account)

/** Makes the bucket of the ledgers in an account, as its administrator does with make bootstrap. */
export async function makeLedgerBucket(
  emulator: Emulator,
  of = account,
  more: { readonly github?: object; readonly retentionDays?: number } = {},
): Promise<void> {
  const { github, retentionDays } = more
  const text = JSON.stringify({ ...environmentsJson, ...(github === undefined ? {} : { github }) })
  const environments = parseEnvironments(text, { name: 'test', remedy: '' })
  const place = { account: of, region, ledger: { bucket: bucketIn(of), retentionDays } }
  const env = emulator.credentials({ account: of, principalArn: administratorIn(of) })
  const settings = settingsOf({ env: { ...emulator.env, ...env } }, { account: of, region })
  const { arn } = await requireAccount(settings)
  const setup = await inspectBucket(settings, ledgerBucket(environments, place, arn))
  await setup.apply()
}

/** Who creates the bucket of the ledgers in an account; roles of people who sign in have a path. */
export const administratorIn = (of: string) => `arn:aws:iam::${of}:role/aws-reserved/sso/administrator`

/** Takes the policy off the bucket, so that a test can do to entries what it keeps everybody from. */
export async function unprotectLedgers(emulator: Emulator, of = account): Promise<void> {
  const env = emulator.credentials({ account: of, principalArn: administratorIn(of) })
  const { s3 } = clientsFor(emulator, { env })
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucketIn(of) }))
}

/** Connects to the ledgers in an account. */
export async function ledgersIn(
  emulator: Emulator,
  of = account,
  repository?: string,
  clock = systemClock,
  more: Partial<AwsSettings> = {},
): Promise<Ledger> {
  return await connectLedger({
    settings: settingsOf(emulator, { account: of, region, ...more }),
    environment: { ledger: { bucket: bucketIn(of) } },
    repository,
    clock,
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
