import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it, onTestFinished } from 'vitest'
import { connectS3 } from '../../../../scripts/aws/io/s3.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import { connectMovers } from '../../../../scripts/kinds/io/movers.ts'
import type { Repairs } from '../../../../scripts/reconcile/io/compare.ts'
import { findUnknown } from '../../../../scripts/reconcile/io/ledgers.ts'
import { stateKey } from '../../../../scripts/stack/names.ts'
import { readApplied } from '../../../../scripts/terraform/io/state.ts'
import { settingsOf } from '../../../support/aws-settings.ts'
import { ledgersIn, makeLedgerBucket } from '../../../support/ledger.ts'
import { who } from '../../../support/watched.ts'
import { applyFunction } from '../../kinds/io/stands/functions.ts'
import { account, startStand } from '../../kinds/io/stands/stand.ts'

const Bucket = 'acme-states'

it('what runs without a pin and without a ledger is found, until either knows it', async () => {
  const stand = await startStand()
  onTestFinished(stand.close)
  const { emulator, clients } = stand
  await makeLedgerBucket(emulator, account)
  const { rollout } = await applyFunction('lambda-zip', 'service-a-staging')(stand)
  const settings = settingsOf(emulator)
  const states = await connectS3(settings, Bucket, systemClock)
  const ledger = await ledgersIn(emulator, account)
  const repairs = {
    ...{ name: 'staging', states, ledger, movers: connectMovers(settings, systemClock) },
    readApplied: target => readApplied(states, stateKey(target)),
  } satisfies Partial<Repairs> as unknown as Repairs
  const found = async (...pinned: string[]) =>
    (await findUnknown(repairs, new Set(pinned))).map(({ subject, problem }) => [subject, problem])

  expect(await found()).toEqual([])
  await clients.s3.send(new CreateBucketCommand({ Bucket }))
  const Body = JSON.stringify({ resources: [], outputs: { applied: { value: rollout.applied } } })
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'staging/service-a.tfstate', Body }))
  const problem = 'it runs service-a-v1.1.0, which no pin and no ledger knows'
  expect(await found()).toEqual([['service-a in staging', problem]])
  expect(await found('service-a')).toEqual([])
  await ledger.append(rollout.target, who, () => ({ type: 'held', reason: 'a test' }))
  expect(await found()).toEqual([])
})
