import type { BucketSpec } from '../aws/bucket.ts'
import { printPolicy, tlsOnly } from '../aws/statements.ts'
import type { JsonSource } from '../base/parse-json.ts'
import { terraformErrors } from './errors.ts'

/** The state bucket of an account or an environment. Leaves somebody else's policy alone. */
export function stateBucket(place: { readonly region: string; readonly stateBucket: string }): BucketSpec {
  const bucket = place.stateBucket
  return {
    bucket,
    title: 'state bucket',
    setting: 'stateBucket',
    foreign: terraformErrors['state-bucket'],
    policy: seen => seen ?? printPolicy([tlsOnly(place, bucket)]),
    requireRight() {},
    isAppendOnly: false,
  }
}

/** What messages call a state, and how it is repaired. */
export function stateSource(bucket: string, key: string): JsonSource {
  return {
    name: `the state s3://${bucket}/${key}`,
    remedy: `List its versions with aws s3api list-object-versions --bucket ${bucket} --prefix ${key}, and restore the last good one.`,
  }
}
