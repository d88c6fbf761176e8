import { ECRClient } from '@aws-sdk/client-ecr'
import { S3Client } from '@aws-sdk/client-s3'
import { STSClient } from '@aws-sdk/client-sts'
import { refuseOthers } from './names.ts'

/** The SDK's clients of one identity in one region. */
export type Clients = { ecr: ECRClient; s3: S3Client; sts: STSClient }

/** Whose calls go where; without a URL and without credentials the SDK's own defaults apply. */
export type Connection = {
  region: string
  url?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  profile?: string
}

/** Clients with the SDK's default retries, which can touch nothing but the names that begin with `prefix`. */
export function connect({ url, ...rest }: Connection, prefix: string): Clients {
  const configuration = {
    ...rest,
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 5000, socketTimeout: 30_000 },
    ...(url === undefined ? {} : { endpoint: url }),
  }
  const ecr = new ECRClient(configuration)
  const s3 = new S3Client({ ...configuration, forcePathStyle: url !== undefined })
  const sts = new STSClient(configuration)
  const where = { step: 'initialize' } as const
  ecr.middlewareStack.add(
    (next, { commandName }) =>
      args => {
        refuseOthers(prefix, commandName, args.input)
        return next(args)
      },
    where,
  )
  s3.middlewareStack.add(
    (next, { commandName }) =>
      args => {
        refuseOthers(prefix, commandName, args.input)
        return next(args)
      },
    where,
  )
  sts.middlewareStack.add(
    (next, { commandName }) =>
      args => {
        refuseOthers(prefix, commandName, args.input)
        return next(args)
      },
    where,
  )
  return { ecr, s3, sts }
}

/** Credentials as environment variables name them; undefined without a key. */
export function credentialsIn(
  env: Record<string, string | undefined>,
): Connection['credentials'] | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}) }
}
