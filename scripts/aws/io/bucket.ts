import type { BucketLocationConstraint, ServerSideEncryptionRule } from '@aws-sdk/client-s3'
import { type AwsSettings, awsFailure, explainAws } from '../../aws/io/calls.ts'
import { openS3, type S3Connection } from '../../aws/io/clients.ts'
import { printPolicy, tlsOnly } from '../../aws/statements.ts'
import { UserError } from '../../base/user-error.ts'
import { terraformErrors } from '../errors.ts'
import { type StateBucketChange, type StateBucketSeen, stateBucketChanges } from '../state-bucket.ts'

/** What a state bucket lacks, and a function that sets it up. */
export type StateBucketSetup = {
  readonly bucket: string
  readonly exists: boolean
  readonly changes: readonly StateBucketChange[]
  apply(): Promise<void>
}

/** Inspects the state bucket of an account. Changes nothing before `apply`. */
export async function inspectStateBucket(settings: AwsSettings, bucket: string): Promise<StateBucketSetup> {
  const s3 = await openS3(settings)
  const seen = await observe(s3, bucket)
  const changes = stateBucketChanges(seen ?? nothing)
  return {
    bucket,
    exists: seen !== undefined,
    changes,
    async apply() {
      if (seen === undefined) await create(s3, bucket)
      for (const change of changes) {
        await put(s3, bucket, change, seen).catch(error => {
          throw explain(s3, bucket, error, `set the ${change} of the state bucket`)
        })
      }
    },
  }
}

function targetOf({ settings }: S3Connection, bucket: string) {
  return { Bucket: bucket, ExpectedBucketOwner: settings.account }
}

function explain({ settings }: S3Connection, bucket: string, error: unknown, doing: string): UserError {
  return explainAws(error, settings, `${doing} (bucket ${bucket})`)
}

type Seen = StateBucketSeen & { readonly rule: ServerSideEncryptionRule | undefined }

async function observe(s3: S3Connection, bucket: string): Promise<Seen | undefined> {
  const { sdk, client } = s3
  const target = targetOf(s3, bucket)
  try {
    await client.send(new sdk.HeadBucketCommand(target))
  } catch (error) {
    if (awsFailure(error).status === 404) return undefined
    if (awsFailure(error).status === 403) throw foreign(bucket, s3.settings, error)
    throw explain(s3, bucket, error, 'find the state bucket')
  }
  const read = <T>(setting: Promise<T>): Promise<T | undefined> =>
    setting.catch(error => {
      if (awsFailure(error).status === 404) return undefined
      throw explain(s3, bucket, error, 'read the settings of the state bucket')
    })
  const [versioning, encryption, block, policy] = await Promise.all([
    read(client.send(new sdk.GetBucketVersioningCommand(target))),
    read(client.send(new sdk.GetBucketEncryptionCommand(target))),
    read(client.send(new sdk.GetPublicAccessBlockCommand(target))),
    read(client.send(new sdk.GetBucketPolicyCommand(target))),
  ])
  const rule = encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]
  const blocked = block?.PublicAccessBlockConfiguration
  return {
    versioning: versioning?.Status,
    encryption: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
    blocksForeignKeys: rule?.BlockedEncryptionTypes?.EncryptionType?.includes('SSE-C') ?? false,
    rule,
    isPrivate: [
      blocked?.BlockPublicAcls,
      blocked?.BlockPublicPolicy,
      blocked?.IgnorePublicAcls,
      blocked?.RestrictPublicBuckets,
    ].every(one => one === true),
    policy: policy?.Policy,
  }
}

async function put(
  s3: S3Connection,
  bucket: string,
  change: StateBucketChange,
  seen: Seen | undefined,
): Promise<unknown> {
  const { sdk, client, settings } = s3
  const target = targetOf(s3, bucket)
  switch (change) {
    case 'versioning': {
      const VersioningConfiguration = { Status: 'Enabled' } as const
      return await client.send(new sdk.PutBucketVersioningCommand({ ...target, VersioningConfiguration }))
    }
    case 'encryption': {
      const rule: ServerSideEncryptionRule = {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        ...seen?.rule,
        BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
      }
      const ServerSideEncryptionConfiguration = { Rules: [rule] }
      return await client.send(
        new sdk.PutBucketEncryptionCommand({ ...target, ServerSideEncryptionConfiguration }),
      )
    }
    case 'public access': {
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      }
      return await client.send(
        new sdk.PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration }),
      )
    }
    case 'policy': {
      const Policy = printPolicy([tlsOnly(settings, bucket)])
      return await client.send(new sdk.PutBucketPolicyCommand({ ...target, Policy }))
    }
  }
}

async function create(s3: S3Connection, bucket: string): Promise<void> {
  const { sdk, client, settings } = s3
  // Amazon S3 API reference, CreateBucket: us-east-1 is the only region that must not be named.
  const LocationConstraint = settings.region as BucketLocationConstraint
  const elsewhere =
    settings.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } }
  await client.send(new sdk.CreateBucketCommand({ Bucket: bucket, ...elsewhere })).catch(error => {
    // Another run created it first.
    if (awsFailure(error).name === 'BucketAlreadyOwnedByYou') return
    if (awsFailure(error).name === 'BucketAlreadyExists') throw foreign(bucket, settings, error)
    throw explain(s3, bucket, error, 'create the state bucket')
  })
}

const nothing: StateBucketSeen = {
  versioning: undefined,
  encryption: undefined,
  blocksForeignKeys: false,
  isPrivate: false,
  policy: undefined,
}

function foreign(bucket: string, { account, section }: AwsSettings, cause: unknown): UserError {
  return new UserError(terraformErrors['state-bucket'], `the bucket ${bucket} cannot be used for the state`, {
    cause: `it does not belong to the account ${account}, or these credentials may not read it`,
    remedy: `Bucket names are unique across AWS: set stateBucket in ${section} of cdktf/environments.json.`,
    origin: cause,
  })
}
