import { expect, it } from 'vitest'
import { type BucketChange, type BucketSeen, bareBucket, bucketChanges } from '../../../scripts/aws/bucket.ts'

const policy = '{"Version":"2012-10-17","Statement":[{"Sid":"a","Action":["s3:Get*","s3:List*"]}]}'
const complete: BucketSeen = {
  versioning: 'Enabled',
  encryption: 'AES256',
  blocksForeignKeys: true,
  isPrivate: true,
  retention: undefined,
  policy,
}
const locked = (days: number) => ({ retention: { mode: 'GOVERNANCE', days } as const })

it.each<[string, Partial<BucketSeen>, number | undefined, BucketChange[]]>([
  ['complete', {}, undefined, []],
  ['with a stronger encryption', { encryption: 'aws:kms' }, undefined, []],
  ['never versioned', { versioning: undefined }, undefined, ['versioning']],
  ['no longer versioned', { versioning: 'Suspended' }, undefined, ['versioning']],
  ['not encrypted', { encryption: undefined }, undefined, ['encryption']],
  ['open to SSE-C, as older buckets are', { blocksForeignKeys: false }, undefined, ['encryption']],
  ['open to the public', { isPrivate: false }, undefined, ['public access']],
  ['without a lock', {}, 30, ['Object Lock']],
  ['locked for less', locked(29), 30, ['Object Lock']],
  ['locked for as long', locked(30), 30, []],
  ['locked for longer, which is never shortened', locked(31), 30, []],
  ['locked without being asked', locked(31), undefined, []],
  ['without a policy', { policy: undefined }, undefined, ['policy']],
  ['with another policy', { policy: policy.replace('List', 'Put') }, undefined, ['policy']],
  [
    'with the same policy in another order',
    { policy: '{"Statement":{"Action":["s3:List*","s3:Get*"],"Sid":"a"},"Version":"2012-10-17"}' },
    undefined,
    [],
  ],
  [
    'just created',
    bareBucket,
    30,
    // Object Lock needs versioning, and once the policy is set it may be too late.
    ['versioning', 'encryption', 'public access', 'Object Lock', 'policy'],
  ],
])('a bucket that is %s: %j, for %s days', (_, seen, retentionDays, changes) => {
  expect(bucketChanges({ ...complete, ...seen }, { policy: () => policy, retentionDays })).toEqual(changes)
})
