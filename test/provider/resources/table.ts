import { cloudwatchEventRule } from './cloudwatch-event-rule.ts'
import { cloudwatchEventTarget } from './cloudwatch-event-target.ts'
import { cloudwatchMetricAlarm } from './cloudwatch-metric-alarm.ts'
import { ecrLifecyclePolicy, ecrRepositoryPolicy } from './ecr-policies.ts'
import { ecrRepository } from './ecr-repository.ts'
import { ecsCluster } from './ecs-cluster.ts'
import { ecsService } from './ecs-service.ts'
import { ecsTaskDefinition } from './ecs-task-definition.ts'
import { iamRolePolicyAttachment } from './iam-attachment.ts'
import { iamOidcProvider } from './iam-oidc-provider.ts'
import { iamPolicy } from './iam-policy.ts'
import { iamRole } from './iam-role.ts'
import { iamRolePolicy } from './iam-role-policy.ts'
import { lambdaAlias } from './lambda-alias.ts'
import { lambdaFunction } from './lambda-function.ts'
import { lambdaPermission } from './lambda-permission.ts'
import { lbListenerRule } from './lb-listener-rule.ts'
import { lbTargetGroup } from './lb-target-group.ts'
import { records } from './records.ts'
import type { ResourceType } from './resource-type.ts'
import { s3Bucket } from './s3-bucket.ts'
import { s3BucketLifecycle } from './s3-lifecycle.ts'
import {
  s3BucketEncryption,
  s3BucketOwnershipControls,
  s3BucketPolicy,
  s3BucketPublicAccessBlock,
  s3BucketVersioning,
} from './s3-settings.ts'
import { schedulerSchedule } from './scheduler-schedule.ts'

/** Every resource type of the stand-in, by its name in a configuration. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  Object.entries({
    ...records,
    aws_cloudwatch_event_rule: cloudwatchEventRule,
    aws_cloudwatch_event_target: cloudwatchEventTarget,
    aws_cloudwatch_metric_alarm: cloudwatchMetricAlarm,
    aws_ecr_lifecycle_policy: ecrLifecyclePolicy,
    aws_ecr_repository: ecrRepository,
    aws_ecr_repository_policy: ecrRepositoryPolicy,
    aws_ecs_cluster: ecsCluster,
    aws_ecs_service: ecsService,
    aws_ecs_task_definition: ecsTaskDefinition,
    aws_iam_openid_connect_provider: iamOidcProvider,
    aws_iam_policy: iamPolicy,
    aws_iam_role: iamRole,
    aws_iam_role_policy: iamRolePolicy,
    aws_iam_role_policy_attachment: iamRolePolicyAttachment,
    aws_lambda_alias: lambdaAlias,
    aws_lambda_function: lambdaFunction,
    aws_lambda_permission: lambdaPermission,
    aws_lb_listener_rule: lbListenerRule,
    aws_lb_target_group: lbTargetGroup,
    aws_s3_bucket: s3Bucket,
    aws_s3_bucket_lifecycle_configuration: s3BucketLifecycle,
    aws_s3_bucket_ownership_controls: s3BucketOwnershipControls,
    aws_s3_bucket_policy: s3BucketPolicy,
    aws_s3_bucket_public_access_block: s3BucketPublicAccessBlock,
    aws_s3_bucket_server_side_encryption_configuration: s3BucketEncryption,
    aws_s3_bucket_versioning: s3BucketVersioning,
    aws_scheduler_schedule: schedulerSchedule,
  }),
)
