// biome-ignore-all lint/performance/noBarrelFile: one file names the provider, by deep path: its top-level import takes seconds
export { AppautoscalingPolicy as AutoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy/index.js'
export { AppautoscalingTarget as AutoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target/index.js'
export { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js'
export { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js'
export { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
export { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js'
export { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js'
export { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js'
export { EcrRepositoryPolicy } from '@cdktf/provider-aws/lib/ecr-repository-policy/index.js'
export {
  EcsService,
  type EcsServiceConfig,
} from '@cdktf/provider-aws/lib/ecs-service/index.js'
export {
  EcsTaskDefinition,
  type EcsTaskDefinitionVolume,
} from '@cdktf/provider-aws/lib/ecs-task-definition/index.js'
export { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js'
export { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js'
export { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
export { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
export { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js'
export { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js'
export { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js'
export { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js'
export { LbListenerRule } from '@cdktf/provider-aws/lib/lb-listener-rule/index.js'
export { LbTargetGroup, type LbTargetGroupConfig } from '@cdktf/provider-aws/lib/lb-target-group/index.js'
export { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
export { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js'
export { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js'
export { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js'
export { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js'
export { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js'
export { S3BucketServerSideEncryptionConfigurationA as S3BucketEncryption } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js'
export { S3BucketVersioningA as S3BucketVersioning } from '@cdktf/provider-aws/lib/s3-bucket-versioning/index.js'
export { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule/index.js'
export { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js'
