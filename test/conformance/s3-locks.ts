import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { s3Guide, s3Reference } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, head, put, read } from './s3-objects.ts'
import type { Target } from './target.ts'

const row = 's3-object-lock'
const service = 's3'
const denied = { name: 'AccessDenied', status: 403 }
const guide = s3Guide('Locking objects with Object Lock')
const recorded = 'LocalStack, tests/aws/services/s3/test_s3_api.py, TestS3ObjectLock, recorded of S3'
const minutes = (count: number) => new Date(Date.now() + count * 60_000)

/** What S3 does with Object Lock in governance mode. Every lock is bypassed or short, so that a run leaves nothing. */
export const s3Locks: Expectation[] = [
  {
    title: 'PutObjectLockConfiguration takes a bucket that is versioned, and no other',
    row,
    service,
    source: `${s3Guide('Configuring S3 Object Lock')}, Enable Object Lock on an existing S3 bucket; ${recorded}`,
    run: async target => {
      const [plain, Bucket] = [await target.bucket(), await target.bucket('locked')]
      expect(await refused(configure(target, plain))).toMatchObject({
        name: 'InvalidBucketState',
        status: 409,
      })
      const missing = target.s3.send(new GetObjectLockConfigurationCommand({ Bucket: plain }))
      expect(await refused(missing)).toMatchObject({
        name: 'ObjectLockConfigurationNotFoundError',
        status: 404,
      })
      await configure(target, Bucket)
      const { ObjectLockConfiguration } = await target.s3.send(
        new GetObjectLockConfigurationCommand({ Bucket }),
      )
      expect(ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' })
    },
  },
  {
    title: 'versioning cannot be suspended under Object Lock',
    row,
    service,
    source: `${s3Guide('Configuring S3 Object Lock')}, Important`,
    run: async target => {
      const Bucket = await target.bucket('locked')
      await configure(target, Bucket)
      const VersioningConfiguration = { Status: 'Suspended' } as const
      const suspend = target.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
      expect(await refused(suspend)).toMatchObject({ name: 'InvalidBucketState', status: 409 })
    },
  },
  {
    title: 'a locked version is deleted only with a bypass; a delete marker may be put in front of it',
    row,
    service,
    source: `${guide}, Governance mode; ${s3Reference('DeleteObject', 'x-amz-bypass-governance-retention')}`,
    run: async target => {
      const { Bucket, version } = await locked(target, 'deleted')
      expect(await refused(target.s3.send(new DeleteObjectCommand(version)))).toMatchObject(denied)
      const Objects = [{ Key: version.Key, VersionId: version.VersionId }]
      const { Errors } = await target.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
      expect(Errors?.map(({ Code }) => Code)).toEqual(['AccessDenied'])
      const { DeleteMarker } = await target.s3.send(new DeleteObjectCommand({ Bucket, Key: version.Key }))
      expect(DeleteMarker).toBe(true)
      expect(await read(target, Bucket, version.Key, version.VersionId)).toBe(body)
      await target.s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }))
      expect(await refused(read(target, Bucket, version.Key, version.VersionId))).toMatchObject({
        status: 404,
      })
    },
  },
  {
    title: 'a retention is lengthened freely, and shortened or removed only with a bypass',
    row,
    service,
    source: `${s3Reference('PutObjectRetention', 'x-amz-bypass-governance-retention')}; ${recorded}`,
    run: async target => {
      const { version } = await locked(target, 'retained')
      const retain = (until: Date | undefined, BypassGovernanceRetention?: boolean) => {
        const Retention = until && ({ Mode: 'GOVERNANCE', RetainUntilDate: until } as const)
        const input = { ...version, Retention: Retention ?? {}, BypassGovernanceRetention }
        return target.s3.send(new PutObjectRetentionCommand(input))
      }
      expect(await refused(retain(minutes(5)))).toMatchObject(denied)
      expect(await refused(retain(undefined))).toMatchObject(denied)
      expect(await refused(retain(minutes(-1)))).toMatchObject({ name: 'InvalidArgument', status: 400 })
      await retain(minutes(20))
      await retain(undefined, true)
      const none = target.s3.send(new GetObjectRetentionCommand(version))
      expect(await refused(none)).toMatchObject({ name: 'NoSuchObjectLockConfiguration', status: 404 })
      await target.s3.send(new DeleteObjectCommand(version))
    },
  },
  {
    title: 'a new version is locked as the bucket says by default, and so says HEAD',
    row,
    service,
    source: `${guide}, Default retention; ${recorded}`,
    run: async target => {
      const Bucket = await target.bucket('lockedByDefault')
      await configure(target, Bucket, 1)
      const { VersionId } = await put(target, Bucket, 'by-default')
      const seen = await head(target, Bucket, 'by-default')
      expect(seen.ObjectLockMode).toBe('GOVERNANCE')
      const hours = ((seen.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 3_600_000
      expect(Math.round(hours)).toBe(24)
      const version = { Bucket, Key: 'by-default', VersionId }
      expect(await refused(target.s3.send(new DeleteObjectCommand(version)))).toMatchObject(denied)
    },
  },
  {
    title: 'a retention or a bypass in a bucket without Object Lock is refused',
    row,
    service,
    source: recorded,
    run: async target => {
      const Bucket = await target.bucket('versioned')
      const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: minutes(5) } as const
      expect(await refused(put(target, Bucket, 'unlocked', lock))).toMatchObject({
        name: 'InvalidRequest',
        status: 400,
      })
      const { VersionId } = await put(target, Bucket, 'unlocked')
      const bypass = { Bucket, Key: 'unlocked', VersionId, BypassGovernanceRetention: true }
      expect(await refused(target.s3.send(new DeleteObjectCommand(bypass)))).toMatchObject({
        name: 'InvalidArgument',
        status: 400,
      })
    },
  },
  {
    title: 'ListObjectVersions goes on within a key, from the marker of a version',
    row: 's3-reads',
    service,
    source: s3Reference('ListObjectVersions', 'version-id-marker'),
    run: async target => {
      const Bucket = await target.bucket('versioned')
      const versions: (string | undefined)[] = []
      for (const Body of ['1', '2', '3']) {
        versions.unshift((await put(target, Bucket, 'paged/a', { Body })).VersionId)
      }
      versions.push((await put(target, Bucket, 'paged/b')).VersionId)
      const list = (KeyMarker?: string, VersionIdMarker?: string) => {
        const input = { Bucket, Prefix: 'paged/', MaxKeys: 2, KeyMarker, VersionIdMarker }
        return target.s3.send(new ListObjectVersionsCommand(input))
      }
      const first = await list()
      expect([first.IsTruncated, first.NextKeyMarker, first.NextVersionIdMarker]).toEqual([
        true,
        'paged/a',
        versions[1],
      ])
      const second = await list(first.NextKeyMarker, first.NextVersionIdMarker)
      const seen = [first, second].flatMap(({ Versions = [] }) => Versions)
      // The newest version of a key comes first.
      expect(seen.map(({ VersionId }) => VersionId)).toEqual(versions)
      expect(await refused(list(undefined, versions[0]))).toMatchObject({
        name: 'InvalidArgument',
        status: 400,
      })
    },
  },
]

function configure({ s3 }: Target, Bucket: string, Days?: number) {
  const Rule = Days === undefined ? {} : { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days } as const } }
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', ...Rule } as const
  return s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
}

/** A version that is locked for ten minutes. */
async function locked(target: Target, Key: string) {
  const Bucket = await target.bucket('locked')
  await configure(target, Bucket)
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: minutes(10) } as const
  const { VersionId } = await put(target, Bucket, Key, lock)
  return { Bucket, version: { Bucket, Key, VersionId } }
}
