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
import { type AwsSettings, awsFailure, explainAws, incompleteAnswer, required } from './calls.ts'
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
  const seen = await readBucket(at, async ({ doing }, send) => {
    return await send().catch(error => {
      throw explainAws(error, settings, doing)
    })
  })
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

/** Makes a call that reads a bucket; `right` is the IAM action that it needs, `doing` completes "cannot …". */
type ReadCall = <T>(
  call: { readonly right: string; readonly doing: string },
  send: () => Promise<T>,
) => Promise<T>

/** Reads the settings of a bucket through `call`; undefined if it does not exist. */
export async function readBucket(at: At, call: ReadCall): Promise<Seen | undefined> {
  const { sdk, client, spec } = at
  const target = targetOf(at)
  const name = `the ${spec.title} ${spec.bucket}`
  const found = await call({ right: 's3:ListBucket', doing: `find ${name}` }, () =>
    orNone(client.send(new sdk.HeadBucketCommand(target))).catch(error => {
      throw awsFailure(error).status === 403 ? foreign(at, error) : error
    }),
  )
  if (found === undefined) return undefined
  const read = <T>(right: string, what: string, send: () => Promise<T>) =>
    call({ right, doing: `read the ${what} of ${name}` }, () => orNone(send()))
  const [versioning, encryption, blocked, policy, lock] = await Promise.all([
    read('s3:GetBucketVersioning', 'versioning', () =>
      client.send(new sdk.GetBucketVersioningCommand(target)),
    ),
    read('s3:GetEncryptionConfiguration', 'encryption', async () => {
      const answer = await client.send(new sdk.GetBucketEncryptionCommand(target))
      return required(answer.ServerSideEncryptionConfiguration)
    }),
    read('s3:GetBucketPublicAccessBlock', 'public access block', async () => {
      const answer = await client.send(new sdk.GetPublicAccessBlockCommand(target))
      return required(answer.PublicAccessBlockConfiguration)
    }),
    read('s3:GetBucketPolicy', 'policy', async () => {
      return whole(required((await client.send(new sdk.GetBucketPolicyCommand(target))).Policy))
    }),
    spec.retentionDays === undefined
      ? undefined
      : read('s3:GetBucketObjectLockConfiguration', 'Object Lock', async () => {
          const answer = await client.send(new sdk.GetObjectLockConfigurationCommand(target))
          return required(answer.ObjectLockConfiguration)
        }),
  ])
  const rule = encryption?.Rules?.[0]
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
    retention: retentionOf(lock?.Rule?.DefaultRetention),
    policy,
  }
}

// The body is the policy itself, so a cut one looks like any other.
function whole(policy: string): string {
  try {
    JSON.parse(policy)
    return policy
  } catch {
    throw incompleteAnswer()
  }
}

/** The answer, or undefined if AWS says that there is none. */
async function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch(error => {
    if (awsFailure(error).status === 404) return undefined
    throw error
  })
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
