import { type AwsSettings, required } from '../../../aws/io/calls.ts'
import { openS3 } from '../../../aws/io/clients.ts'
import { andThen } from '../../../base/attempt.ts'
import { UserError } from '../../../base/user-error.ts'
import type { Look } from '../../check.ts'
import { doctorErrors } from '../../errors.ts'
import { attemptCall, attemptCallOrNone } from '../../io/attempt-call.ts'
import { type BucketSeen, blocks, judgeS3Lifecycle, type PublicAccessBlocks } from '../checks.ts'

/** Looks at the artifact bucket: five calls at once. */
export async function observeBucket(settings: AwsSettings, bucket: string): Promise<BucketSeen> {
  const { sdk, client } = await openS3(settings)
  const own = { Bucket: bucket, ExpectedBucketOwner: settings.account }
  const look = (target: { Bucket: string; ExpectedBucketOwner?: string }) =>
    attemptCall(settings, { right: 's3:ListBucket', doing: `read the bucket ${bucket}` }, async () => {
      required((await client.send(new sdk.ListObjectsV2Command({ ...target, MaxKeys: 1 }))).Name)
    })
  const versioningCall = { right: 's3:GetBucketVersioning', doing: `read the versioning of ${bucket}` }
  const encryptionCall = {
    right: 's3:GetEncryptionConfiguration',
    doing: `read the encryption of ${bucket}`,
    none: 'ServerSideEncryptionConfigurationNotFoundError',
  }
  const publicAccessCall = {
    right: 's3:GetBucketPublicAccessBlock',
    doing: `read the public access block of ${bucket}`,
    none: 'NoSuchPublicAccessBlockConfiguration',
  }
  const lifecycleCall = {
    right: 's3:GetLifecycleConfiguration',
    doing: `read the lifecycle rules of ${bucket}`,
    none: 'NoSuchLifecycleConfiguration',
  }

  const [exists, versioning, encryption, publicAccess, lifecycle] = await Promise.all([
    look(own).then(seen => sayWhose(seen, settings, bucket, () => look({ Bucket: bucket }))),
    attemptCall(settings, versioningCall, async () => {
      return (await client.send(new sdk.GetBucketVersioningCommand(own))).Status
    }),
    attemptCallOrNone(settings, encryptionCall, async () => {
      const answer = await client.send(new sdk.GetBucketEncryptionCommand(own))
      const rules = required(answer.ServerSideEncryptionConfiguration).Rules ?? []
      return rules.map(rule => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).find(Boolean)
    }),
    attemptCallOrNone(settings, publicAccessCall, async () => {
      const answer = await client.send(new sdk.GetPublicAccessBlockCommand(own))
      return required(answer.PublicAccessBlockConfiguration)
    }),
    attemptCallOrNone(settings, lifecycleCall, async () => {
      return required((await client.send(new sdk.GetBucketLifecycleConfigurationCommand(own))).Rules)
    }),
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

// A refusal can also mean that the bucket has another owner than the expected one: asking without one tells.
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
      `${bucket} does not belong to the account ${account}`,
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
