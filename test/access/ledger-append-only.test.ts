import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roleNamesOf } from '../../scripts/access/role-names.ts'
import { entryKey } from '../../scripts/ledger/entry.ts'
import { clientsFor, refusal } from '../emulator/clients.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { administratorIn, bucketIn, ledgersIn, makeLedgerBucket } from '../support/ledger.ts'
import { target } from '../support/ledger-entries.ts'

/* What the policy of a ledger's bucket keeps as it is, on the wire, from every role of CI and every administrator. */

const [artifacts, account] = ['111111111111', '222222222222']
const Bucket = bucketIn(account)
const Key = entryKey(target, 1)
const { build, release, read, deploy, readIn } = roleNamesOf({})
const roleArn = (of: string, name: string) => `arn:aws:iam::${of}:role/${name}`
const ofArtifacts = [build, release, read].map(name => roleArn(artifacts, name))
const everybody = [
  ...ofArtifacts,
  ...[deploy('staging'), readIn('staging'), deploy('prod'), 'other-administrator'].map(name =>
    roleArn(account, name),
  ),
  `arn:aws:iam::${account}:user/administrator`,
]

let emulator: Emulator
let VersionId: string

function as(principalArn: string): S3Client {
  const of = principalArn.split(':')[4] ?? ''
  return clientsFor(emulator, { env: emulator.credentials({ account: of, principalArn }) }).s3
}

beforeAll(async () => {
  emulator = await startEmulator({ region: 'eu-central-1', account })
  const github = { repository: 'acme/parcels' }
  await makeLedgerBucket(emulator, account, { github, retentionDays: 30 })
  const ledger = await ledgersIn(emulator, account)
  await ledger.append(target, { arn: 'arn' }, () => ({ type: 'held', reason: 'a test' }))
  const { Versions: [only] = [] } = await as(administratorIn(account)).send(
    new ListObjectVersionsCommand({ Bucket }),
  )
  VersionId = only?.VersionId ?? ''
})
afterAll(() => emulator.close())

const denied = { $metadata: { httpStatusCode: 403 }, name: 'AccessDenied' }
const soon = () => new Date(Date.now() + 60_000)
const retention = () => ({ Mode: 'GOVERNANCE', RetainUntilDate: soon() }) as const
const attempts: readonly (readonly [string, (s3: S3Client) => Promise<unknown>])[] = [
  ['replace an entry', s3 => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'other' }))],
  [
    'replace it if it is there',
    s3 => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfMatch: '*' })),
  ],
  [
    'replace it by a copy',
    s3 => s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${Key}` })),
  ],
  ['delete it', s3 => s3.send(new DeleteObjectCommand({ Bucket, Key }))],
  ['delete its version', s3 => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))],
  [
    'delete its version and bypass the lock',
    s3 => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true })),
  ],
  [
    'shorten its retention',
    s3 =>
      s3.send(
        new PutObjectRetentionCommand({
          Bucket,
          Key,
          Retention: retention(),
          BypassGovernanceRetention: true,
        }),
      ),
  ],
  [
    'let it expire',
    s3 =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
          },
        }),
      ),
  ],
  [
    'suspend versioning',
    s3 =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
  ],
  [
    'shorten the retention of new entries',
    s3 =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
          },
        }),
      ),
  ],
  ['replace the policy', s3 => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: openPolicy }))],
  ['delete the policy', s3 => s3.send(new DeleteBucketPolicyCommand({ Bucket }))],
  ['delete the bucket', s3 => s3.send(new DeleteBucketCommand({ Bucket }))],
]
const openPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*` }],
})

describe('an entry', () => {
  it.each(everybody)('stays as it is whatever %s may do', async principal => {
    const s3 = as(principal)
    for (const [what, attempt] of attempts)
      expect([what, await refusal(attempt(s3))]).toEqual([what, { name: 'AccessDenied', status: 403 }])
    const { Errors = [] } = await s3
      .send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key, VersionId }] } }))
      .catch(error => ({ Errors: [{ Code: error.name }, { Code: error.name }] }))
    expect(Errors.map(({ Code }) => Code)).toEqual(['AccessDenied', 'AccessDenied'])
  })

  it('is not replaced by who has the condition, either', async () => {
    const put = as(roleArn(account, deploy('staging'))).send(
      new PutObjectCommand({ Bucket, Key, Body: 'other', IfNoneMatch: '*' }),
    )
    await expect(put).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } })
  })

  it('is read across accounts by what pins and traces releases, and by nothing else there', async () => {
    const readers = await Promise.all(
      ofArtifacts.map(arn =>
        as(arn)
          .send(new GetObjectCommand({ Bucket, Key }))
          .then(
            () => 'reads',
            error => error.name,
          ),
      ),
    )
    expect(readers).toEqual(['AccessDenied', 'reads', 'reads'])
  })

  it('is locked from its administrator, too, who has to say that the lock is bypassed', async () => {
    const s3 = as(administratorIn(account))
    const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key }))
    const days = ((Retention?.RetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000
    expect([Retention?.Mode, Math.round(days)]).toEqual(['GOVERNANCE', 30])
    const locked = new DeleteObjectCommand({ Bucket, Key, VersionId })
    await expect(s3.send(locked)).rejects.toMatchObject(denied)
    await expect(s3.send(new PutObjectCommand({ Bucket, Key, Body: 'other' }))).rejects.toMatchObject(denied)
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }))
  })

  it('is not lost to the account when its administrator is: the root user can replace the policy', async () => {
    await as(`arn:aws:iam::${account}:root`).send(new DeleteBucketPolicyCommand({ Bucket }))
  })
})
