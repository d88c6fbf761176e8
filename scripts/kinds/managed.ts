/**
 * The types of Terraform resources that Waybill creates, each with the attributes that together are unique in an account
 * and region; none where Terraform names it by what AWS makes up.
 */
export type Managed = Readonly<Record<string, readonly string[]>>

/** What the stacks of every kind may have. */
export const managedByAll: Managed = {
  aws_cloudwatch_event_rule: ['name', 'event_bus_name'],
  aws_cloudwatch_event_target: ['rule', 'event_bus_name', 'target_id'],
  aws_cloudwatch_log_group: ['name'],
  aws_cloudwatch_metric_alarm: ['alarm_name'],
  aws_iam_role: ['name'],
  aws_iam_role_policy: ['name', 'role'],
  aws_iam_role_policy_attachment: ['role', 'policy_arn'],
  aws_scheduler_schedule: ['name', 'group_name'],
}

/** What the stacks of the stores and of CI's roles have. */
export const managedByFoundation: Managed = {
  aws_ecr_lifecycle_policy: ['repository'],
  aws_ecr_repository: ['name'],
  aws_ecr_repository_policy: ['repository'],
  aws_iam_openid_connect_provider: ['url'],
  aws_iam_policy: ['name'],
  aws_s3_bucket: ['bucket'],
  aws_s3_bucket_lifecycle_configuration: ['bucket'],
  aws_s3_bucket_ownership_controls: ['bucket'],
  aws_s3_bucket_policy: ['bucket'],
  aws_s3_bucket_public_access_block: ['bucket'],
  aws_s3_bucket_server_side_encryption_configuration: ['bucket'],
  aws_s3_bucket_versioning: ['bucket'],
}
