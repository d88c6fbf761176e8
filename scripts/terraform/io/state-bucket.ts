import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import { type AwsSettings, awsFailure, explainAws } from '../../aws/io/calls.ts'
import { openS3 } from '../../aws/io/clients.ts'
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
  const { sdk, client } = await openS3(settings)
  const target = { Bucket: bucket, ExpectedBucketOwner: settings.account }
  const explain = (error: unknown, doing: string) =>
    explainAws(error, settings, `${doing} (bucket ${bucket})`)
  const seen = await observe()
  const changes = stateBucketChanges(seen ?? nothing)

  async function observe(): Promise<StateBucketSeen | undefined> {
    try {
      await client.send(new sdk.HeadBucketCommand(target))
    } catch (error) {
      if (awsFailure(error).status === 404) return undefined
      if (awsFailure(error).status === 403) throw foreign(bucket, settings, error)
      throw explain(error, 'find the state bucket')
    }
    const [versioning, encryption, block, policy] = await Promise.all([
      setting(() => client.send(new sdk.GetBucketVersioningCommand(target))),
      setting(() => client.send(new sdk.GetBucketEncryptionCommand(target))),
      setting(() => client.send(new sdk.GetPublicAccessBlockCommand(target))),
      setting(() => client.send(new sdk.GetBucketPolicyCommand(target))),
    ])
    const rule = encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]
    const blocked = block?.PublicAccessBlockConfiguration
    return {
      versioning: versioning?.Status,
      encryption: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
      isPrivate: [
        blocked?.BlockPublicAcls,
        blocked?.BlockPublicPolicy,
        blocked?.IgnorePublicAcls,
        blocked?.RestrictPublicBuckets,
      ].every(one => one === true),
      policy: policy?.Policy,
    }
  }

  async function setting<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (awsFailure(error).status === 404) return undefined
      throw explain(error, 'read the settings of the state bucket')
    }
  }

  const put: Record<StateBucketChange, () => Promise<unknown>> = {
    versioning: () =>
      client.send(
        new sdk.PutBucketVersioningCommand({ ...target, VersioningConfiguration: { Status: 'Enabled' } }),
      ),
    encryption: () => {
      const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } } as const
      const configuration = { ServerSideEncryptionConfiguration: { Rules: [rule] } }
      return client.send(new sdk.PutBucketEncryptionCommand({ ...target, ...configuration }))
    },
    'public access': () => {
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      }
      return client.send(new sdk.PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration }))
    },
    policy: () =>
      client.send(
        new sdk.PutBucketPolicyCommand({ ...target, Policy: printPolicy([tlsOnly(settings, bucket)]) }),
      ),
  }

  async function create(): Promise<void> {
    // Amazon S3 API reference, CreateBucket: us-east-1 is the only region that must not be named.
    const LocationConstraint = settings.region as BucketLocationConstraint
    const elsewhere =
      settings.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } }
    await client.send(new sdk.CreateBucketCommand({ Bucket: bucket, ...elsewhere })).catch(error => {
      // Another run created it first.
      if (awsFailure(error).name === 'BucketAlreadyOwnedByYou') return
      if (awsFailure(error).name === 'BucketAlreadyExists') throw foreign(bucket, settings, error)
      throw explain(error, 'create the state bucket')
    })
  }

  return {
    bucket,
    exists: seen !== undefined,
    changes,
    async apply() {
      if (seen === undefined) await create()
      for (const change of changes) {
        await put[change]().catch(error => {
          throw explain(error, `set the ${change} of the state bucket`)
        })
      }
    },
  }
}

const nothing: StateBucketSeen = {
  versioning: undefined,
  encryption: undefined,
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
