import { DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { DeleteRepositoryCommand } from '@aws-sdk/client-ecr'
import {
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  type ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs'
import { DeleteRuleCommand, type EventBridgeClient, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge'
import { DeleteRoleCommand, DeleteRolePolicyCommand, type IAMClient } from '@aws-sdk/client-iam'
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda'
import type { S3Client } from '@aws-sdk/client-s3'
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetObjectLockConfigurationCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3'
import { DeleteScheduleCommand } from '@aws-sdk/client-scheduler'
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager'
import { CreateTopicCommand, DeleteTopicCommand, type SNSClient } from '@aws-sdk/client-sns'
import { UserError } from '../../scripts/base/user-error.ts'
import type { Clients } from './clients.ts'
import { conformanceErrors } from './errors.ts'
import type { Names } from './names.ts'
import { isUnserved, readRefusal } from './refusal.ts'

/** Deletes what a run made, as often as it is called; a `UserError` names what is left. */
export async function cleanUp(
  { ecr, s3, ecs, lambda, iam, cloudwatch, scheduler, events, sns, secrets }: Clients,
  names: Names,
  unserved: { ecr?: string; s3?: string },
) {
  const repositories = unserved.ecr === undefined ? Object.values(names.repositories) : []
  const buckets = unserved.s3 === undefined ? Object.values(names.buckets) : []
  const removals = [
    ...repositories.map(name => ({
      name,
      done: ecr.send(new DeleteRepositoryCommand({ repositoryName: name, force: true })),
    })),
    ...buckets.map(name => ({ name, done: removeBucket(s3, name) })),
    { name: names.cluster, done: removeCluster(ecs, names) },
    { name: names.function, done: lambda.send(new DeleteFunctionCommand({ FunctionName: names.function })) },
    { name: names.schedulerRole, done: removeSchedulerRole(iam, names) },
    { name: names.rule, done: removeRule(events, names) },
    ...names.schedules.map(Name => ({
      name: Name,
      done: scheduler.send(new DeleteScheduleCommand({ Name })),
    })),
    ...[names.topic, names.fifoTopic].map(name => ({ name, done: removeTopic(sns, name) })),
    {
      name: names.secret,
      done: secrets.send(
        new DeleteSecretCommand({ SecretId: names.secret, ForceDeleteWithoutRecovery: true }),
      ),
    },
    { name: names.role, done: iam.send(new DeleteRoleCommand({ RoleName: names.role })) },
    ...[names.alarm, `${names.alarm}-calls`, `${names.alarm}-turns`].map(name => ({
      name,
      done: cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })),
    })),
  ]
  const outcomes = await Promise.allSettled(removals.map(({ done }) => done))
  const left = outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled' || isAbsent(outcome.reason)
      ? []
      : [`${removals[index]?.name}: ${readRefusal(outcome.reason).name}`],
  )
  if (left.length === 0) return
  throw new UserError(
    conformanceErrors['conformance-leftovers'],
    'not everything that the suite made could be deleted',
    {
      cause: left.join('\n'),
      remedy: 'Delete these by hand: nothing but this suite uses such names',
    },
  )
}

async function removeSchedulerRole(iam: IAMClient, { schedulerRole: RoleName }: Names): Promise<void> {
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: RoleName }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
}

async function removeRule(events: EventBridgeClient, { rule: Name }: Names): Promise<void> {
  await events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['guard'] }))
  await events.send(new DeleteRuleCommand({ Name }))
}

// Only CreateTopic tells the ARN of a name; it answers that of a topic which exists.
async function removeTopic(sns: SNSClient, Name: string): Promise<void> {
  const Attributes = Name.endsWith('.fifo') ? { FifoTopic: 'true' } : undefined
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name, ...(Attributes && { Attributes }) }))
  await sns.send(new DeleteTopicCommand({ TopicArn }))
}

async function removeCluster(ecs: ECSClient, { cluster, prefix }: Names): Promise<void> {
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }))
  for (const service of serviceArns)
    await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }))
  for (const arn of serviceArns) {
    const familyPrefix = arn.slice(arn.lastIndexOf('/') + 1)
    if (!familyPrefix.startsWith(prefix)) continue
    const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix }))
    for (const taskDefinition of taskDefinitionArns)
      await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }))
  }
  await ecs.send(new DeleteClusterCommand({ cluster }))
}

async function removeBucket(s3: S3Client, Bucket: string): Promise<void> {
  await abortUploads(s3, Bucket).catch(cause => {
    if (!isUnserved(cause)) throw cause
  })
  await s3.send(new DeleteBucketPolicyCommand({ Bucket })).catch(cause => {
    if (!isUnserved(cause)) throw cause
  })
  // A bucket without Object Lock refuses to bypass one.
  const isLocked = await s3.send(new GetObjectLockConfigurationCommand({ Bucket })).then(
    () => true,
    () => false,
  )
  while (await removeVersions(s3, Bucket, isLocked)) {
    // until a list comes back empty
  }
  await s3.send(new DeleteBucketCommand({ Bucket }))
}

async function abortUploads(s3: S3Client, Bucket: string): Promise<void> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }))
  for (const { Key, UploadId } of Uploads) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
  }
}

async function removeVersions(s3: S3Client, Bucket: string, isLocked: boolean): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }))
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }))
  if (Objects.length === 0) return false
  const { Errors = [] } = await s3.send(
    new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects, Quiet: true },
      ...(isLocked ? { BypassGovernanceRetention: true } : {}),
    }),
  )
  if (Errors.length > 0) throw new Error(`cannot delete ${Errors[0]?.Key} of ${Bucket}: ${Errors[0]?.Code}`)
  return true
}

const absent = /^(NoSuchBucket|NoSuchEntity|RepositoryNotFound|ClusterNotFound|ResourceNotFound)(Exception)?$/

function isAbsent(error: unknown): boolean {
  return absent.test(readRefusal(error).name) || isUnserved(error)
}
