import { type AwsSettings, clientConfig, notWhole } from '../../../aws/io/calls.ts'
import { andThen } from '../../../base/attempt.ts'
import { UserError } from '../../../base/user-error.ts'
import type { Look } from '../../check.ts'
import { doctorErrors } from '../../errors.ts'
import { attemptCall } from '../../io/attempt-call.ts'
import { type BucketSeen, blocks, judgeS3Lifecycle, type PublicAccessBlocks } from '../checks.ts'

/** Looks at the artifact bucket: five calls at once. */
export async function observeBucket(settings: AwsSettings, bucket: string): Promise<BucketSeen> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({ ...clientConfig(settings), forcePathStyle: settings.pathStyle })
  const own = { Bucket: bucket, ExpectedBucketOwner: settings.account }
  const call = <T>(right: string, what: string, send: () => Promise<T>, none?: string) =>
    attemptCall(
      settings,
      { right, doing: `read ${what} ${bucket}`, ...(none === undefined ? {} : { none }) },
      send,
    )
  const look = (target: { Bucket: string; ExpectedBucketOwner?: string }) =>
    call('s3:ListBucket', 'the bucket', async () => {
      whole((await client.send(new sdk.ListObjectsV2Command({ ...target, MaxKeys: 1 }))).Name)
    })

  const [exists, versioning, encryption, publicAccess, lifecycle] = await Promise.all([
    look(own).then(seen => sayWhose(seen, settings, bucket, () => look({ Bucket: bucket }))),
    call('s3:GetBucketVersioning', 'the versioning of', async () => {
      return (await client.send(new sdk.GetBucketVersioningCommand(own))).Status
    }),
    call(
      's3:GetEncryptionConfiguration',
      'the encryption of',
      async () => {
        const answer = await client.send(new sdk.GetBucketEncryptionCommand(own))
        const rules = whole(answer.ServerSideEncryptionConfiguration).Rules ?? []
        return rules.map(rule => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).find(Boolean)
      },
      'ServerSideEncryptionConfigurationNotFoundError',
    ),
    call(
      's3:GetBucketPublicAccessBlock',
      'the public access block of',
      async () =>
        whole((await client.send(new sdk.GetPublicAccessBlockCommand(own))).PublicAccessBlockConfiguration),
      'NoSuchPublicAccessBlockConfiguration',
    ),
    call(
      's3:GetLifecycleConfiguration',
      'the lifecycle rules of',
      async () => whole((await client.send(new sdk.GetBucketLifecycleConfigurationCommand(own))).Rules),
      'NoSuchLifecycleConfiguration',
    ),
  ])
  return {
    bucket,
    exists,
    versioning,
    encryption,
    publicAccess: andThen(publicAccess, set => blocksOf(set ?? {})),
    lifecycle: andThen(lifecycle, rules => judgeS3Lifecycle(rules ?? [])),
  }
}

// A refusal can also mean another owner than the expected one: the same question without that tells.
async function sayWhose(
  seen: Look<unknown>,
  { account }: AwsSettings,
  bucket: string,
  lookAgain: () => Promise<Look<unknown>>,
): Promise<Look<unknown>> {
  if ('value' in seen || seen.missingRight === undefined || !('value' in (await lookAgain()))) return seen
  return {
    error: new UserError(
      doctorErrors['doctor-bucket'],
      `${bucket} belongs to another account than ${account}`,
      {
        remedy: 'Correct artifacts in cdktf/environments.json: its account, or its bucket.',
      },
    ),
  }
}

function blocksOf(
  set: { readonly [Name in (typeof blocks)[number]]?: boolean | undefined },
): PublicAccessBlocks {
  return Object.fromEntries(blocks.map(name => [name, set[name] === true])) as PublicAccessBlocks
}

// Without it there was no answer, and its absence must not pass for "none".
function whole<T>(field: T | undefined): T {
  if (field === undefined) throw notWhole()
  return field
}
