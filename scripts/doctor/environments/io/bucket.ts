import { type BucketChange, type BucketSpec, bucketChanges } from '../../../aws/bucket.ts'
import { readBucket } from '../../../aws/io/bucket.ts'
import type { AwsSettings } from '../../../aws/io/calls.ts'
import { openS3 } from '../../../aws/io/clients.ts'
import { andThen } from '../../../base/attempt.ts'
import type { Look } from '../../check.ts'
import { attemptCalls } from '../../io/attempt-call.ts'

/** Looks at what a bucket that bootstrap makes lacks; undefined if it does not exist. */
export async function observeBucket(
  settings: AwsSettings,
  spec: BucketSpec,
): Promise<Look<readonly BucketChange[] | undefined>> {
  const at = { ...(await openS3(settings)), spec }
  const found = await attemptCalls(settings, call => readBucket(at, call))
  return andThen(found, seen => (seen === undefined ? undefined : bucketChanges(seen, spec)))
}
