const names = `
  AWSBillingReadOnlyAccess AWSCertificateManagerFullAccess AWSCertificateManagerReadOnly
  AWSCloudFormationFullAccess AWSCloudFormationReadOnlyAccess AWSCloudTrail_FullAccess
  AWSCloudTrail_ReadOnlyAccess AWSCodeDeployFullAccess AWSCodeDeployRoleForECS
  AWSCodeDeployRoleForECSLimited AWSKeyManagementServicePowerUser AWSLambdaExecute
  AWSLambdaInvocation-DynamoDB AWSLambda_FullAccess AWSLambda_ReadOnlyAccess AWSOrganizationsReadOnlyAccess
  AWSSecretsManagerClientReadOnlyAccess AWSStepFunctionsFullAccess AWSStepFunctionsReadOnlyAccess
  AWSSupportAccess AWSXRayDaemonWriteAccess AWSXrayFullAccess AWSXrayReadOnlyAccess AWSXrayWriteOnlyAccess
  AdministratorAccess AmazonAPIGatewayAdministrator AmazonAPIGatewayInvokeFullAccess
  AmazonDynamoDBFullAccess AmazonDynamoDBFullAccess_v2 AmazonDynamoDBReadOnlyAccess
  AmazonEC2ContainerRegistryFullAccess AmazonEC2ContainerRegistryPowerUser
  AmazonEC2ContainerRegistryPullOnly AmazonEC2ContainerRegistryReadOnly AmazonEC2FullAccess
  AmazonEC2ReadOnlyAccess AmazonECSInfrastructureRolePolicyForLoadBalancers AmazonECS_FullAccess
  AmazonElasticContainerRegistryPublicFullAccess AmazonElasticContainerRegistryPublicReadOnly
  AmazonEventBridgeFullAccess AmazonEventBridgeReadOnlyAccess AmazonEventBridgeSchedulerFullAccess
  AmazonKinesisFullAccess AmazonKinesisReadOnlyAccess AmazonRDSFullAccess AmazonRDSReadOnlyAccess
  AmazonRoute53FullAccess AmazonRoute53ReadOnlyAccess AmazonS3FullAccess AmazonS3ReadOnlyAccess
  AmazonSNSFullAccess AmazonSNSReadOnlyAccess AmazonSQSFullAccess AmazonSQSReadOnlyAccess
  AmazonSSMFullAccess AmazonSSMManagedInstanceCore AmazonSSMReadOnlyAccess AmazonVPCFullAccess
  AmazonVPCReadOnlyAccess AutoScalingFullAccess AutoScalingReadOnlyAccess CloudFrontFullAccess
  CloudFrontReadOnlyAccess CloudWatchAgentAdminPolicy CloudWatchAgentServerPolicy CloudWatchEventsFullAccess
  CloudWatchFullAccess CloudWatchFullAccessV2 CloudWatchLambdaApplicationSignalsExecutionRolePolicy
  CloudWatchLambdaInsightsExecutionRolePolicy CloudWatchLogsFullAccess CloudWatchLogsReadOnlyAccess
  CloudWatchReadOnlyAccess ElasticLoadBalancingFullAccess ElasticLoadBalancingReadOnly IAMFullAccess
  IAMReadOnlyAccess PowerUserAccess ReadOnlyAccess ResourceGroupsandTagEditorFullAccess
  ResourceGroupsandTagEditorReadOnlyAccess SecretsManagerReadWrite SecurityAudit
`
const serviceRoles = `
  AWSCodeDeployRole AWSCodeDeployRoleForLambda AWSCodeDeployRoleForLambdaLimited AWSConfigRole
  AWSLambdaBasicDurableExecutionRolePolicy AWSLambdaBasicExecutionRole AWSLambdaDynamoDBExecutionRole
  AWSLambdaENIManagementAccess AWSLambdaKinesisExecutionRole AWSLambdaMSKExecutionRole AWSLambdaRole
  AWSLambdaSQSQueueExecutionRole AWSLambdaVPCAccessExecutionRole AmazonAPIGatewayPushToCloudWatchLogs
  AmazonEC2ContainerServiceAutoscaleRole AmazonEC2ContainerServiceEventsRole AmazonEC2ContainerServiceRole
  AmazonEC2ContainerServiceforEC2Role AmazonECSInfrastructureRolePolicyForVolumes
  AmazonECSInfrastructureRolePolicyForVpcLattice AmazonECSTaskExecutionRolePolicy
  AmazonS3ObjectLambdaExecutionRolePolicy AmazonSSMMaintenanceWindowRole
`
const jobFunctions = `
  Billing DataScientist DatabaseAdministrator NetworkAdministrator SupportUser SystemAdministrator
  ViewOnlyAccess
`
const policies = new Set([
  ...namesIn(names),
  ...namesIn(serviceRoles).map(name => `service-role/${name}`),
  ...namesIn(jobFunctions).map(name => `job-function/${name}`),
])

/** Whether AWS itself has a managed policy of this ARN: those that are in common use (AWS Managed Policy Reference). */
export function isAwsPolicy(arn: string): boolean {
  return policies.has(awsPolicyName(arn) ?? '')
}

/** What to add to a refusal of a policy that AWS itself may well have: the emulator knows only those in common use. */
export function unknownAwsPolicy(arn: string): string {
  if (awsPolicyName(arn) === undefined) return ''
  return " Of AWS's own policies the emulator knows only those in common use; test/emulator/iam/aws-policies.ts lists them."
}

function awsPolicyName(arn: string): string | undefined {
  return /^arn:aws(?:-cn|-us-gov)?:iam::aws:policy\/(.+)$/.exec(arn)?.[1]
}

function namesIn(text: string): string[] {
  return text.trim().split(/\s+/)
}
