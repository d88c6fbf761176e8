import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
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
import type { Emulator } from './emulator.ts'

/** What the SDK's clients are made with, from an emulator's environment variables. */
export type ClientOptions = { env?: Record<string, string>; region?: string; maxAttempts?: number }

const known = new WeakMap<Emulator, ReturnType<typeof makeClients>>()

/** The SDK's own clients for an emulator; without retries unless told, so that each expectation sees one answer. */
export function clientsFor(emulator: Emulator, options?: ClientOptions) {
  if (options !== undefined) return makeClients(emulator, options)
  const clients = known.get(emulator) ?? makeClients(emulator, {})
  known.set(emulator, clients)
  return clients
}

function makeClients(emulator: Emulator, options: ClientOptions) {
  const env = { ...emulator.env, ...options.env }
  const configuration = {
    endpoint: emulator.url,
    region: options.region ?? env.AWS_REGION ?? '',
    maxAttempts: options.maxAttempts ?? 1,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
    },
  }
  return {
    ecr: new ECRClient(configuration),
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    sts: new STSClient(configuration),
    lambda: new LambdaClient(configuration),
    ecs: new ECSClient(configuration),
    cloudwatch: new CloudWatchClient(configuration),
    iam: new IAMClient(configuration),
    ec2: new EC2Client(configuration),
    balancers: new ElasticLoadBalancingV2Client(configuration),
    events: new EventBridgeClient(configuration),
    scheduler: new SchedulerClient(configuration),
    sns: new SNSClient(configuration),
    secrets: new SecretsManagerClient(configuration),
  }
}

/** What a rejected SDK call says: the error's name and the HTTP status. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call
  } catch (cause) {
    const error = cause as Error & { $metadata?: { httpStatusCode?: number } }
    return { name: error.name, status: error.$metadata?.httpStatusCode }
  }
  throw new Error('the call was not refused')
}
