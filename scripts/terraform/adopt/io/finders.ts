import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type AwsSettings, awsFailure } from '../../../aws/io/calls.ts'
import {
  openBalancers,
  openCloudWatch,
  openEcr,
  openEcs,
  openIam,
  openLambda,
  openLogs,
  openS3,
} from '../../../aws/io/clients.ts'
import type { Candidate } from '../candidates.ts'
import { requireOwnController } from '../controller.ts'

type Attributes = Readonly<Record<string, string>>

/**
 * Asks AWS whether a resource with these attributes exists, and returns what `terraform import` knows it by; `all` are the
 * resources of its stack.
 */
export type Finder = (
  settings: AwsSettings,
  attributes: Attributes,
  all: readonly Candidate[],
) => Promise<string | undefined>

/** How resources are found, by type. Others hold nothing that a new one would lose, or cannot have been there before. */
export const finders: Readonly<Record<string, Finder>> = {
  async aws_lambda_function(settings, { function_name: FunctionName = '' }) {
    const { client, sdk } = await openLambda(settings)
    return await ifFound(FunctionName, client.send(new sdk.GetFunctionCommand({ FunctionName })))
  },
  async aws_lambda_alias(settings, { function_name: FunctionName = '', name: Name = '' }) {
    const { client, sdk } = await openLambda(settings)
    const asked = client.send(new sdk.GetAliasCommand({ FunctionName, Name }))
    return await ifFound(`${FunctionName}/${Name}`, asked)
  },
  async aws_cloudwatch_log_group(settings, { name = '' }) {
    const { client, sdk } = await openLogs(settings)
    const { logGroups } = await client.send(new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix: name }))
    // A page holds the first of 50 in the order of their names, so this one before all that it begins.
    return logGroups?.some(one => one.logGroupName === name) ? name : undefined
  },
  async aws_cloudwatch_metric_alarm(settings, { alarm_name: name = '' }) {
    const { client, sdk } = await openCloudWatch(settings)
    const { MetricAlarms = [] } = await client.send(new sdk.DescribeAlarmsCommand({ AlarmNames: [name] }))
    return MetricAlarms.length > 0 ? name : undefined
  },
  async aws_iam_role(settings, { name: RoleName = '' }) {
    const { client, sdk } = await openIam(settings)
    return await ifFound(RoleName, client.send(new sdk.GetRoleCommand({ RoleName })))
  },
  async aws_ecs_service(settings, { cluster = '', name = '' }) {
    const { client, sdk } = await openEcs(settings)
    const asked = client.send(new sdk.DescribeServicesCommand({ cluster, services: [name] }))
    const service = (await asked).services?.find(({ status }) => status !== 'INACTIVE')
    if (service === undefined) return undefined
    requireOwnController(service.deploymentController?.type, { cluster, name })
    return `${cluster}/${name}`
  },
  async aws_lb_target_group(settings, { name = '' }) {
    const { client, sdk } = await openBalancers(settings)
    const asked = client.send(new sdk.DescribeTargetGroupsCommand({ Names: [name] }))
    return (await unlessMissing(asked))?.TargetGroups?.[0]?.TargetGroupArn
  },
  async aws_lb_listener_rule(settings, { listener_arn: ListenerArn = '', priority }, all) {
    const { client, sdk } = await openBalancers(settings)
    const names = all.flatMap(({ type, attributes: { name } }) =>
      type === 'aws_lb_target_group' && name !== undefined ? [name] : [],
    )
    let Marker: string | undefined
    do {
      const page = { ListenerArn, ...(Marker === undefined ? {} : { Marker }) }
      const { Rules = [], NextMarker } = await client.send(new sdk.DescribeRulesCommand(page))
      const found = Rules.find(({ Priority }) => Priority === priority)
      if (found !== undefined) return forwardsTo(found, names) ? found.RuleArn : undefined
      Marker = NextMarker
    } while (Marker !== undefined)
    return undefined
  },
  async aws_ecr_repository(settings, { name = '' }) {
    const { client, sdk } = await openEcr(settings)
    return await ifFound(name, client.send(new sdk.DescribeRepositoriesCommand({ repositoryNames: [name] })))
  },
  async aws_ecr_repository_policy(settings, { repository: repositoryName = '' }) {
    const { client, sdk } = await openEcr(settings)
    const asked = client.send(new sdk.GetRepositoryPolicyCommand({ repositoryName }))
    return await ifFound(repositoryName, asked)
  },
  async aws_ecr_lifecycle_policy(settings, { repository: repositoryName = '' }) {
    const { client, sdk } = await openEcr(settings)
    const asked = client.send(new sdk.GetLifecyclePolicyCommand({ repositoryName }))
    return await ifFound(repositoryName, asked)
  },
  async aws_s3_bucket(settings, { bucket: Bucket = '' }) {
    const { client, sdk } = await openS3(settings)
    const asked = client.send(new sdk.HeadBucketCommand({ Bucket, ExpectedBucketOwner: settings.account }))
    return await ifFound(Bucket, asked)
  },
  async aws_s3_bucket_policy(settings, { bucket: Bucket = '' }) {
    const { client, sdk } = await openS3(settings)
    return await ifFound(Bucket, client.send(new sdk.GetBucketPolicyCommand({ Bucket })))
  },
  async aws_s3_bucket_lifecycle_configuration(settings, { bucket: Bucket = '' }) {
    const { client, sdk } = await openS3(settings)
    return await ifFound(Bucket, client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket })))
  },
}

/** A rule that forwards elsewhere has the same priority by chance, and serves somebody else. */
function forwardsTo({ Actions = [] }: Rule, names: readonly string[]): boolean {
  const groups = Actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    TargetGroupArn,
    ...(ForwardConfig?.TargetGroups ?? []).map(one => one.TargetGroupArn),
  ])
  return groups.some(arn => names.includes(arn?.split('/')[1] ?? ''))
}

async function ifFound(id: string, asked: Promise<unknown>): Promise<string | undefined> {
  return (await unlessMissing(asked)) === undefined ? undefined : id
}

const missing =
  /^(ResourceNotFoundException|NoSuchEntity(Exception)?|TargetGroupNotFound(Exception)?|RepositoryNotFoundException|RepositoryPolicyNotFoundException|LifecyclePolicyNotFoundException|NotFound|NoSuchBucket|NoSuchBucketPolicy|NoSuchLifecycleConfiguration)$/

async function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (missing.test(awsFailure(error).name)) return undefined
    throw error
  }
}
