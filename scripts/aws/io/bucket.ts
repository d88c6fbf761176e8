import type {
  BucketLocationConstraint,
  DefaultRetention,
  ObjectLockConfiguration,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3'
import { UserError } from '../../base/user-error.ts'
import {
  type BucketChange,
  type BucketSeen,
  type BucketSpec,
  bareBucket,
  bucketChanges,
  type Retention,
} from '../bucket.ts'
import { type AwsSettings, awsFailure, explainAws } from './calls.ts'
import { openS3, type S3Connection } from './clients.ts'

/** What a bucket lacks, and a function that sets it up. */
export type BucketSetup = {
  readonly spec: BucketSpec
  readonly exists: boolean
  readonly changes: readonly BucketChange[]
  /** How long it keeps new objects already. */
  readonly retention: Retention | undefined
  apply(): Promise<void>
}

/** Inspects a bucket. Changes nothing before `apply`. */
export async function inspectBucket(settings: AwsSettings, spec: BucketSpec): Promise<BucketSetup> {
  const at: At = { ...(await openS3(settings)), spec }
  const seen = await observe(at)
  const changes = bucketChanges(seen ?? bareBucket, spec)
  if (changes.length > 0) spec.requireRight(seen?.policy)
  return {
    spec,
    exists: seen !== undefined,
    changes,
    retention: seen?.retention,
    async apply() {
      if (seen === undefined) await create(at)
      for (const change of changes) {
        await put(at, change, seen).catch(error => {
          throw explain(at, error, `set the ${change} of the ${spec.title}`)
        })
      }
    },
  }
}

type At = S3Connection & { readonly spec: BucketSpec }

function targetOf({ settings, spec }: At) {
  return { Bucket: spec.bucket, ExpectedBucketOwner: settings.account }
}

function explain({ settings, spec }: At, error: unknown, doing: string): UserError {
  return explainAws(error, settings, `${doing} (bucket ${spec.bucket})`)
}

type Seen = BucketSeen & { readonly rule: ServerSideEncryptionRule | undefined }

async function observe(at: At): Promise<Seen | undefined> {
  const { sdk, client, spec } = at
  const target = targetOf(at)
  try {
    await client.send(new sdk.HeadBucketCommand(target))
  } catch (error) {
    if (awsFailure(error).status === 404) return undefined
    if (awsFailure(error).status === 403) throw foreign(at, error)
    throw explain(at, error, `find the ${spec.title}`)
  }
  const read = <T>(setting: Promise<T>): Promise<T | undefined> =>
    setting.catch(error => {
      if (awsFailure(error).status === 404) return undefined
      throw explain(at, error, `read the settings of the ${spec.title}`)
    })
  const [versioning, encryption, block, policy, lock] = await Promise.all([
    read(client.send(new sdk.GetBucketVersioningCommand(target))),
    read(client.send(new sdk.GetBucketEncryptionCommand(target))),
    read(client.send(new sdk.GetPublicAccessBlockCommand(target))),
    read(client.send(new sdk.GetBucketPolicyCommand(target))),
    spec.retentionDays === undefined
      ? undefined
      : read(client.send(new sdk.GetObjectLockConfigurationCommand(target))),
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
    retention: retentionOf(lock?.ObjectLockConfiguration?.Rule?.DefaultRetention),
    policy: policy?.Policy,
  }
}

function retentionOf({ Mode, Days, Years }: DefaultRetention = {}): Retention | undefined {
  const days = Days ?? (Years ?? 0) * 365
  return Mode === undefined || days === 0 ? undefined : { mode: Mode, days }
}

async function put(at: At, change: BucketChange, seen: Seen | undefined): Promise<unknown> {
  const { sdk, client, spec } = at
  const target = targetOf(at)
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
    case 'Object Lock': {
      // Amazon S3 user guide, "Enable Object Lock on an existing S3 bucket": a versioned one, as it is by now. So there
      // is one way for new buckets and old ones.
      const Mode = seen?.retention?.mode ?? 'GOVERNANCE'
      const ObjectLockConfiguration: ObjectLockConfiguration = {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode, Days: spec.retentionDays } },
      }
      return await client.send(
        new sdk.PutObjectLockConfigurationCommand({ ...target, ObjectLockConfiguration }),
      )
    }
    case 'policy': {
      const Policy = spec.policy(seen?.policy)
      return await client.send(new sdk.PutBucketPolicyCommand({ ...target, Policy }))
    }
  }
}

async function create(at: At): Promise<void> {
  const { sdk, client, settings, spec } = at
  // Amazon S3 API reference, CreateBucket: us-east-1 is the only region that must not be named.
  const LocationConstraint = settings.region as BucketLocationConstraint
  const elsewhere =
    settings.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } }
  await client.send(new sdk.CreateBucketCommand({ Bucket: spec.bucket, ...elsewhere })).catch(error => {
    // Another run created it first.
    if (awsFailure(error).name === 'BucketAlreadyOwnedByYou') return
    if (awsFailure(error).name === 'BucketAlreadyExists') throw foreign(at, error)
    throw explain(at, error, `create the ${spec.title}`)
  })
}

function foreign({ spec, settings: { account, section } }: At, cause: unknown): UserError {
  return new UserError(spec.foreign, `the bucket ${spec.bucket} cannot be the ${spec.title}`, {
    cause: `it does not belong to the account ${account}, or these credentials may not read it`,
    remedy: `Bucket names are unique across AWS: set ${spec.setting} in ${section} of cdktf/environments.json.`,
    origin: cause,
  })
}
