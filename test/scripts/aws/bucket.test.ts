import { expect, it } from 'vitest'
import { stateBucketChanges } from '../../../scripts/terraform/state-bucket.ts'

const complete = {
  versioning: 'Enabled',
  encryption: 'AES256',
  blocksForeignKeys: true,
  isPrivate: true,
  policy: '{}',
}

it.each([
  ['complete', {}, []],
  ['with a stronger encryption', { encryption: 'aws:kms' }, []],
  ["with somebody else's policy", { policy: '{"Statement":[]}' }, []],
  ['never versioned', { versioning: undefined }, ['versioning']],
  ['no longer versioned', { versioning: 'Suspended' }, ['versioning']],
  ['not encrypted', { encryption: undefined }, ['encryption']],
  ['open to SSE-C, as older buckets are', { blocksForeignKeys: false }, ['encryption']],
  ['open to the public', { isPrivate: false }, ['public access']],
  ['without a policy', { policy: undefined }, ['policy']],
  [
    'just made',
    {
      versioning: undefined,
      encryption: undefined,
      blocksForeignKeys: false,
      isPrivate: false,
      policy: undefined,
    },
    ['versioning', 'encryption', 'public access', 'policy'],
  ],
])('a state bucket that is %s needs %j', (_, seen, changes) => {
  expect(stateBucketChanges({ ...complete, ...seen })).toEqual(changes)
})
