import { usesPathStyle } from '../access.ts'
import { explainMissingClient } from '../optional-client.ts'
import { type AwsSettings, makeClient } from './calls.ts'

// Each imports its client when a command first needs it: loading one takes longer than most calls.

/** Connects to S3; at another endpoint than AWS's own, the bucket goes into the path. */
export async function openS3(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-s3')
  const forcePathStyle = usesPathStyle(settings.access)
  const client = makeClient(sdk.S3Client, 'S3', settings, { forcePathStyle })
  return { sdk, client, settings }
}

/** Connects to ECR. */
export async function openEcr(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-ecr')
  return { sdk, client: makeClient(sdk.ECRClient, 'ECR', settings), settings }
}

/** Connects to STS. */
export async function openSts(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-sts')
  return { sdk, client: makeClient(sdk.STSClient, 'STS', settings), settings }
}

/** Connects to IAM, whose client is optional. */
export async function openIam(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-iam').catch(orExplain)
  return { sdk, client: makeClient(sdk.IAMClient, 'IAM', settings) }
}

/** Connects to Lambda. */
export async function openLambda(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-lambda')
  return { sdk, client: makeClient(sdk.LambdaClient, 'LAMBDA', settings) }
}

/** Connects to ECS. */
export async function openEcs(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-ecs')
  return { sdk, client: makeClient(sdk.ECSClient, 'ECS', settings) }
}

/** Connects to CloudWatch. */
export async function openCloudWatch(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-cloudwatch')
  return { sdk, client: makeClient(sdk.CloudWatchClient, 'CLOUDWATCH', settings) }
}

/** Connects to CloudWatch Logs. */
export async function openLogs(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-cloudwatch-logs')
  return { sdk, client: makeClient(sdk.CloudWatchLogsClient, 'CLOUDWATCH_LOGS', settings) }
}

/** Connects to EC2, whose client is by far the largest, and optional. */
export async function openEc2(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-ec2').catch(orExplain)
  return { sdk, client: makeClient(sdk.EC2Client, 'EC2', settings) }
}

/** Connects to Elastic Load Balancing. */
export async function openBalancers(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2')
  return { sdk, client: makeClient(sdk.ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2', settings) }
}

/** Connects to EventBridge Scheduler. */
export async function openScheduler(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-scheduler')
  return { sdk, client: makeClient(sdk.SchedulerClient, 'SCHEDULER', settings) }
}

/** Connects to SNS. */
export async function openSns(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-sns')
  return { sdk, client: makeClient(sdk.SNSClient, 'SNS', settings) }
}

/** Connects to Secrets Manager. */
export async function openSecrets(settings: AwsSettings) {
  const sdk = await import('@aws-sdk/client-secrets-manager')
  return { sdk, client: makeClient(sdk.SecretsManagerClient, 'SECRETS_MANAGER', settings) }
}

function orExplain(error: unknown): never {
  throw explainMissingClient(error)
}

/** What a call to S3 needs: the SDK's module, a client, and the settings behind it. */
export type S3Connection = Awaited<ReturnType<typeof openS3>>

/** What a call to ECR needs. */
export type EcrConnection = Awaited<ReturnType<typeof openEcr>>
