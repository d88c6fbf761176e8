import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ECRClient } from '@aws-sdk/client-ecr'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { IAMClient } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SNSClient } from '@aws-sdk/client-sns'
import { STSClient } from '@aws-sdk/client-sts'
import { refuseOthers, refuseOthersIn, refuseWrites } from './names.ts'

/** The SDK's clients of one identity in one region. */
export type Clients = {
  ecr: ECRClient
  s3: S3Client
  sts: STSClient
  ecs: ECSClient
  lambda: LambdaClient
  cloudwatch: CloudWatchClient
  ec2: EC2Client
  balancers: ElasticLoadBalancingV2Client
  iam: IAMClient
  scheduler: SchedulerClient
  events: EventBridgeClient
  sns: SNSClient
  logs: CloudWatchLogsClient
  secrets: SecretsManagerClient
}

type Middleware = <Args, Result>(
  next: (args: Args) => Promise<Result>,
  context: { commandName?: string },
) => (args: Args) => Promise<Result>
type Guarded = { middlewareStack: Stack }
type Stack = { add: (middleware: Middleware, where: { step: 'initialize' }) => void }

/** Whose calls go where; without a URL and without credentials the SDK's own defaults apply. */
export type Connection = {
  region: string
  url?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  profile?: string
}

/** Clients with the SDK's default retries, which can touch nothing but the names that begin with `prefix`. */
export function connect(connection: Connection, prefix: string): Clients {
  const configuration = configurationOf(connection)
  const ecr = new ECRClient(configuration)
  const s3 = new S3Client({ ...configuration, forcePathStyle: connection.url !== undefined })
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
  return { ecr, s3, sts, ...writers(configuration, prefix), ...readers(configuration) }
}

/** Clients that read anything, and write nothing but what belongs to the run. */
function writers(configuration: ReturnType<typeof configurationOf>, prefix: string) {
  const all = {
    ecs: new ECSClient(configuration),
    lambda: new LambdaClient(configuration),
    cloudwatch: new CloudWatchClient(configuration),
    iam: new IAMClient(configuration),
    scheduler: new SchedulerClient(configuration),
    events: new EventBridgeClient(configuration),
    sns: new SNSClient(configuration),
    secrets: new SecretsManagerClient(configuration),
  }
  for (const [service, { middlewareStack }] of Object.entries(all) as [keyof typeof all, Guarded][]) {
    const guard: Middleware =
      (next, { commandName }) =>
      args => {
        refuseOthersIn(service, prefix, commandName, (args as { input: object }).input)
        return next(args)
      }
    middlewareStack.add(guard, { step: 'initialize' })
  }
  return all
}

function configurationOf({ url, ...rest }: Connection) {
  return {
    ...rest,
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 5000, socketTimeout: 30_000 },
    ...(url === undefined ? {} : { endpoint: url }),
  }
}

/** Clients of services in which a run makes nothing, so that they can only read. */
function readers(configuration: ReturnType<typeof configurationOf>) {
  const all = {
    ec2: new EC2Client(configuration),
    logs: new CloudWatchLogsClient(configuration),
    balancers: new ElasticLoadBalancingV2Client(configuration),
  }
  const readOnly: Middleware =
    (next, { commandName }) =>
    args => {
      refuseWrites(commandName)
      return next(args)
    }
  for (const { middlewareStack } of Object.values(all) as Guarded[])
    middlewareStack.add(readOnly, { step: 'initialize' })
  return all
}

/** Credentials as environment variables name them; undefined without a key. */
export function credentialsIn(
  env: Record<string, string | undefined>,
): Connection['credentials'] | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}) }
}
