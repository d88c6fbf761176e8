import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { ECRClient } from '@aws-sdk/client-ecr'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { IAMClient } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { STSClient } from '@aws-sdk/client-sts'
import { noteOperation } from '../provider-error.ts'

/** The environment variables with an identity's credentials. */
export type Credentials = Readonly<Record<string, string>>

/** The SDK's clients of one account and region. */
export type Clients = ReturnType<typeof makeClients>

/** Makes clients for an endpoint. Their errors name the operation. */
export function makeClients(endpoint: string, region: string, credentials: Credentials) {
  const configuration = {
    endpoint,
    region,
    credentials: {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY ?? '',
      ...(credentials.AWS_SESSION_TOKEN ? { sessionToken: credentials.AWS_SESSION_TOKEN } : {}),
    },
  }
  const clients = {
    lambda: new LambdaClient(configuration),
    ecs: new ECSClient(configuration),
    ecr: new ECRClient(configuration),
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    balancers: new ElasticLoadBalancingV2Client(configuration),
    iam: new IAMClient(configuration),
    cloudwatch: new CloudWatchClient(configuration),
    events: new EventBridgeClient(configuration),
    scheduler: new SchedulerClient(configuration),
    sts: new STSClient(configuration),
  }
  for (const client of Object.values(clients)) nameOperations(client as unknown as NamedClient)
  return clients
}

type Next = (args: never) => Promise<never>
type NamedClient = {
  config: { serviceId: string }
  middlewareStack: {
    add: (
      middleware: (next: Next, context: { commandName?: string }) => Next,
      options: { step: 'initialize' },
    ) => void
  }
}

function nameOperations(client: NamedClient): void {
  client.middlewareStack.add(
    (next, context) => async args => {
      try {
        return await next(args)
      } catch (cause) {
        const command = (context.commandName ?? '').replace(/Command$/, '')
        noteOperation(cause, `${client.config.serviceId}: ${command}`)
        throw cause
      }
    },
    { step: 'initialize' },
  )
}
