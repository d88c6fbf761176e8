import { wildcard } from './wildcard.ts'

/** The actions of the services with whose actions policies are checked, as policies name them (AWS Service Authorization Reference). */
const actions: Record<string, Set<string>> = {
  cloudwatch: namesIn(`
    AssociateDatasetKmsKey BatchGetServiceLevelIndicatorReport CreateResourceMetricsConfiguration
    CreateServiceLevelObjective DeleteAlarmMuteRule DeleteAlarms DeleteAnomalyDetector DeleteDashboards
    DeleteInsightRules DeleteMetricStream DeleteResourceMetricsConfiguration DeleteServiceLevelObjective
    DescribeAlarmContributors DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric
    DescribeAnomalyDetectors DescribeInsightRules DisableAlarmActions DisableInsightRules
    DisassociateDatasetKmsKey EnableAlarmActions EnableInsightRules EnableTopologyDiscovery GenerateQuery
    GenerateQueryResultsSummary GetAlarmMuteRule GetDashboard GetDataset GetInsightRuleReport GetMetricData
    GetMetricStatistics GetMetricStream GetMetricWidgetImage GetOTelEnrichment
    GetResourceMetricsConfiguration GetService GetServiceData GetServiceLevelObjective
    GetTopologyDiscoveryStatus GetTopologyMap Link ListAlarmMuteRules ListDashboards ListEntitiesForMetric
    ListManagedInsightRules ListMetricStreams ListMetrics ListServiceLevelObjectives ListServices
    ListTagsForResource PutAlarmMuteRule PutAnomalyDetector PutCompositeAlarm PutDashboard PutInsightRule
    PutLogAlarm PutManagedInsightRules PutMetricAlarm PutMetricData PutMetricStream SetAlarmState
    StartMetricStreams StartOTelEnrichment StopMetricStreams StopOTelEnrichment TagResource UntagResource
    UpdateOTelEnrichment UpdateResourceMetricsConfiguration UpdateServiceLevelObjective
  `),
  ecr: namesIn(`
    BatchCheckLayerAvailability BatchDeleteImage BatchGetImage BatchGetRepositoryScanningConfiguration
    BatchImportUpstreamImage CompleteLayerUpload CreatePullThroughCacheRule CreateRepository
    CreateRepositoryCreationTemplate DeleteLifecyclePolicy DeletePullThroughCacheRule DeleteRegistryPolicy
    DeleteRepository DeleteRepositoryCreationTemplate DeleteRepositoryPolicy DeleteSigningConfiguration
    DeregisterPullTimeUpdateExclusion DescribeImageReplicationStatus DescribeImageScanFindings
    DescribeImageSigningStatus DescribeImages DescribePullThroughCacheRules DescribeRegistry
    DescribeReplicationBackfillResults DescribeRepositories DescribeRepositoryCreationTemplates
    GetAccountSetting GetAuthorizationToken GetDownloadUrlForLayer GetImageCopyStatus GetLifecyclePolicy
    GetLifecyclePolicyPreview GetRegistryPolicy GetRegistryScanningConfiguration GetRepositoryPolicy
    GetSigningConfiguration InitiateLayerUpload ListImages ListPullTimeUpdateExclusions
    ListReplicationBackfills ListTagsForResource PutAccountSetting PutImage PutImageScanningConfiguration
    PutImageTagMutability PutLifecyclePolicy PutRegistryPolicy PutRegistryScanningConfiguration
    PutReplicationConfiguration PutSigningConfiguration RegisterPullTimeUpdateExclusion ReplicateImage
    SetRepositoryPolicy StartImageScan StartLifecyclePolicyPreview StartReplicationBackfill
    StopReplicationBackfill TagResource UntagResource UpdateImageStorageClass UpdatePullThroughCacheRule
    UpdateRepositoryCreationTemplate UploadLayerPart ValidatePullThroughCacheRule
  `),
  ecs: namesIn(`
    AssociateGatewayWithCluster ContinueServiceDeployment CreateCapacityProvider CreateCluster CreateDaemon
    CreateExpressGatewayService CreateGateway CreateService CreateTaskSet DeleteAccountSetting
    DeleteAttributes DeleteCapacityProvider DeleteCluster DeleteDaemon DeleteDaemonTaskDefinition
    DeleteExpressGatewayService DeleteGateway DeleteService DeleteTaskDefinitions DeleteTaskSet
    DeregisterContainerInstance DeregisterTaskDefinition DescribeCapacityProviders DescribeClusters
    DescribeContainerInstances DescribeDaemon DescribeDaemonDeployments DescribeDaemonRevisions
    DescribeDaemonTaskDefinition DescribeExpressGatewayService DescribeGateway DescribeGatewayResources
    DescribeGatewayRoute DescribeServiceDeployments DescribeServiceRevisions DescribeServices
    DescribeTaskDefinition DescribeTaskSets DescribeTasks DisassociateGatewayFromCluster
    DiscoverPollEndpoint ExecuteCommand GetTaskProtection ListAccountSettings ListAttributes ListClusters
    ListContainerInstances ListDaemonDeployments ListDaemonTaskDefinitions ListDaemons
    ListGatewayClusterAssociations ListGatewayRoutes ListGateways ListServiceDeployments ListServices
    ListServicesByNamespace ListTagsForResource ListTaskDefinitionFamilies ListTaskDefinitions ListTasks
    Poll PutAccountSetting PutAccountSettingDefault PutAttributes PutClusterCapacityProviders
    RegisterContainerInstance RegisterDaemonTaskDefinition RegisterTaskDefinition RunTask StartTask
    StartTelemetrySession StopServiceDeployment StopTask SubmitAttachmentStateChanges
    SubmitContainerStateChange SubmitTaskStateChange TagResource UntagResource UpdateCapacityProvider
    UpdateCluster UpdateClusterSettings UpdateContainerAgent UpdateContainerInstancesState UpdateDaemon
    UpdateExpressGatewayService UpdateGateway UpdateService UpdateServicePrimaryTaskSet UpdateTaskProtection
    UpdateTaskSet
  `),
  iam: namesIn(`
    AcceptDelegationRequest AcquireRole AddClientIDToOpenIDConnectProvider AddRoleToInstanceProfile
    AddUserToGroup AssociateDelegationRequest AttachGroupPolicy AttachRolePolicy AttachUserPolicy
    ChangePassword CreateAccessKey CreateAccountAlias CreateDelegationRequest CreateGroup
    CreateInstanceProfile CreateLoginProfile CreateOpenIDConnectProvider CreatePolicy CreatePolicyVersion
    CreateRole CreateSAMLProvider CreateServiceLinkedRole CreateServiceSpecificCredential CreateUser
    CreateVirtualMFADevice DeactivateMFADevice DeleteAccessKey DeleteAccountAlias
    DeleteAccountPasswordPolicy DeleteCloudFrontPublicKey DeleteGroup DeleteGroupPolicy
    DeleteInstanceProfile DeleteLoginProfile DeleteOpenIDConnectProvider DeletePolicy DeletePolicyVersion
    DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DeleteSAMLProvider DeleteSSHPublicKey
    DeleteServerCertificate DeleteServiceLinkedRole DeleteServiceSpecificCredential DeleteSigningCertificate
    DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy DeleteVirtualMFADevice DetachGroupPolicy
    DetachRolePolicy DetachUserPolicy DisableOrganizationsRootCredentialsManagement
    DisableOrganizationsRootSessions DisableOutboundWebIdentityFederation EnableMFADevice
    EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions
    EnableOutboundWebIdentityFederation GenerateCredentialReport GenerateOrganizationsAccessReport
    GenerateServiceLastAccessedDetails GetAccessKeyLastUsed GetAccountAuthorizationDetails
    GetAccountPasswordPolicy GetAccountProperties GetAccountSummary GetCloudFrontPublicKey
    GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest
    GetGroup GetGroupPolicy GetHumanReadableSummary GetInstanceProfile GetLoginProfile GetMFADevice
    GetOpenIDConnectProvider GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo GetPolicy
    GetPolicyVersion GetRole GetRolePolicy GetRoleTemplateVersion GetSAMLProvider GetSSHPublicKey
    GetServerCertificate GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities
    GetServiceLinkedRoleDeletionStatus GetUser GetUserPolicy ListAccessKeys ListAccountAliases
    ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies ListCloudFrontPublicKeys
    ListDelegationRequests ListEntitiesForPolicy ListGroupPolicies ListGroups ListGroupsForUser
    ListInstanceProfileTags ListInstanceProfiles ListInstanceProfilesForRole ListMFADeviceTags
    ListMFADevices ListOpenIDConnectProviderTags ListOpenIDConnectProviders ListOrganizationsFeatures
    ListPolicies ListPoliciesGrantingServiceAccess ListPolicyTags ListPolicyVersions ListRolePolicies
    ListRoleTags ListRoles ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys
    ListSTSRegionalEndpointsStatus ListServerCertificateTags ListServerCertificates
    ListServiceSpecificCredentials ListSigningCertificates ListUserPolicies ListUserTags ListUsers
    ListVirtualMFADevices PassRole PutAccountProperties PutGroupPolicy PutRolePermissionsBoundary
    PutRolePolicy PutUserPermissionsBoundary PutUserPolicy RejectDelegationRequest
    RemoveClientIDFromOpenIDConnectProvider RemoveRoleFromInstanceProfile RemoveUserFromGroup
    ResetServiceSpecificCredential ResyncMFADevice SendDelegationToken SetDefaultPolicyVersion
    SetSTSRegionalEndpointStatus SetSecurityTokenServicePreferences SimulateCustomPolicy
    SimulatePrincipalPolicy TagInstanceProfile TagMFADevice TagOpenIDConnectProvider TagPolicy TagRole
    TagSAMLProvider TagServerCertificate TagUser UntagInstanceProfile UntagMFADevice
    UntagOpenIDConnectProvider UntagPolicy UntagRole UntagSAMLProvider UntagServerCertificate UntagUser
    UpdateAccessKey UpdateAccountPasswordPolicy UpdateAssumeRolePolicy UpdateCloudFrontPublicKey
    UpdateDelegationRequest UpdateGroup UpdateLoginProfile UpdateOpenIDConnectProviderThumbprint UpdateRole
    UpdateRoleDescription UpdateSAMLProvider UpdateSSHPublicKey UpdateServerCertificate
    UpdateServiceSpecificCredential UpdateSigningCertificate UpdateUser UploadCloudFrontPublicKey
    UploadSSHPublicKey UploadServerCertificate UploadSigningCertificate
  `),
  lambda: namesIn(`
    AddLayerVersionPermission AddPermission CheckpointDurableExecution CreateAlias CreateCapacityProvider
    CreateCodeSigningConfig CreateEventSourceMapping CreateFunction CreateFunctionUrlConfig DeleteAlias
    DeleteCapacityProvider DeleteCodeSigningConfig DeleteEventSourceMapping DeleteFunction
    DeleteFunctionCodeSigningConfig DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig
    DeleteFunctionUrlConfig DeleteLayerVersion DeleteProvisionedConcurrencyConfig DeleteResourcePolicy
    DisableReplication EnableReplication GetAccountSettings GetAlias GetCapacityProvider
    GetCodeSigningConfig GetDurableExecution GetDurableExecutionHistory GetDurableExecutionState
    GetEventSourceMapping GetFunction GetFunctionCodeSigningConfig GetFunctionConcurrency
    GetFunctionConfiguration GetFunctionEventInvokeConfig GetFunctionRecursionConfig
    GetFunctionScalingConfig GetFunctionUrlConfig GetLayerVersion GetLayerVersionByArn GetLayerVersionPolicy
    GetPolicy GetProvisionedConcurrencyConfig GetResourcePolicy GetRuntimeManagementConfig InvokeAsync
    InvokeFunction InvokeFunctionUrl ListAliases ListCapacityProviders ListCodeSigningConfigs
    ListDurableExecutionsByFunction ListEventSourceMappings ListFunctionEventInvokeConfigs
    ListFunctionUrlConfigs ListFunctionVersionsByCapacityProvider ListFunctions
    ListFunctionsByCodeSigningConfig ListLayerVersions ListLayers ListProvisionedConcurrencyConfigs ListTags
    ListVersionsByFunction PassCapacityProvider PublishLayerVersion PublishVersion
    PutFunctionCodeSigningConfig PutFunctionConcurrency PutFunctionEventInvokeConfig
    PutFunctionRecursionConfig PutFunctionScalingConfig PutProvisionedConcurrencyConfig PutResourcePolicy
    PutRuntimeManagementConfig RemoveLayerVersionPermission RemovePermission
    SendDurableExecutionCallbackFailure SendDurableExecutionCallbackHeartbeat
    SendDurableExecutionCallbackSuccess StopDurableExecution TagResource UntagResource UpdateAlias
    UpdateCapacityProvider UpdateCodeSigningConfig UpdateEventSourceMapping UpdateFunctionCode
    UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig UpdateFunctionUrlConfig
  `),
  s3: namesIn(`
    AbortMultipartUpload AssociateAccessGrantsIdentityCenter BypassGovernanceRetention CreateAccessGrant
    CreateAccessGrantsInstance CreateAccessGrantsLocation CreateAccessPoint CreateAccessPointForObjectLambda
    CreateBucket CreateBucketMetadataTableConfiguration CreateJob CreateMultiRegionAccessPoint
    CreateStorageLensGroup DeleteAccessGrant DeleteAccessGrantsInstance
    DeleteAccessGrantsInstanceResourcePolicy DeleteAccessGrantsLocation DeleteAccessPoint
    DeleteAccessPointForObjectLambda DeleteAccessPointPolicy DeleteAccessPointPolicyForObjectLambda
    DeleteBucket DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite
    DeleteJobTagging DeleteMultiRegionAccessPoint DeleteObject DeleteObjectTagging DeleteObjectVersion
    DeleteObjectVersionTagging DeleteStorageLensConfiguration DeleteStorageLensConfigurationTagging
    DeleteStorageLensGroup DescribeJob DescribeMultiRegionAccessPointOperation
    DissociateAccessGrantsIdentityCenter GetAccelerateConfiguration GetAccessGrant GetAccessGrantsInstance
    GetAccessGrantsInstanceForPrefix GetAccessGrantsInstanceResourcePolicy GetAccessGrantsLocation
    GetAccessPoint GetAccessPointConfigurationForObjectLambda GetAccessPointForObjectLambda
    GetAccessPointPolicy GetAccessPointPolicyForObjectLambda GetAccessPointPolicyStatus
    GetAccessPointPolicyStatusForObjectLambda GetAccountPublicAccessBlock GetAnalyticsConfiguration
    GetBucketAbac GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging
    GetBucketMetadataTableConfiguration GetBucketNotification GetBucketObjectLockConfiguration
    GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock
    GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetDataAccess
    GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetJobTagging
    GetLifecycleConfiguration GetMetricsConfiguration GetMultiRegionAccessPoint
    GetMultiRegionAccessPointPolicy GetMultiRegionAccessPointPolicyStatus GetMultiRegionAccessPointRoutes
    GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging
    GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes
    GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
    GetReplicationConfiguration GetStorageLensConfiguration GetStorageLensConfigurationTagging
    GetStorageLensDashboard GetStorageLensGroup InitiateReplication ListAccessGrants
    ListAccessGrantsInstances ListAccessGrantsLocations ListAccessPoints ListAccessPointsForObjectLambda
    ListAllMyBuckets ListBucket ListBucketMultipartUploads ListBucketVersions ListCallerAccessGrants
    ListJobs ListMultiRegionAccessPoints ListMultipartUploadParts ListStorageLensConfigurations
    ListStorageLensGroups ListTagsForResource ObjectOwnerOverrideToBucketOwner PauseReplication
    PutAccelerateConfiguration PutAccessGrantsInstanceResourcePolicy
    PutAccessPointConfigurationForObjectLambda PutAccessPointPolicy PutAccessPointPolicyForObjectLambda
    PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock PutAnalyticsConfiguration PutBucketAbac
    PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration
    PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment
    PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
    PutIntelligentTieringConfiguration PutInventoryConfiguration PutJobTagging PutLifecycleConfiguration
    PutMetricsConfiguration PutMultiRegionAccessPointPolicy PutObject PutObjectAcl PutObjectLegalHold
    PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging
    PutReplicationConfiguration PutStorageLensConfiguration PutStorageLensConfigurationTagging
    ReplicateDelete ReplicateObject ReplicateTags RestoreObject SubmitMultiRegionAccessPointRoutes
    TagResource UntagResource UpdateAccessGrantsLocation UpdateBucketMetadataInventoryTableConfiguration
    UpdateBucketMetadataJournalTableConfiguration UpdateJobPriority UpdateJobStatus UpdateObjectEncryption
    UpdateStorageLensGroup
  `),
  states: namesIn(`
    CreateActivity CreateStateMachine CreateStateMachineAlias DeleteActivity DeleteStateMachine
    DeleteStateMachineAlias DeleteStateMachineVersion DescribeActivity DescribeExecution DescribeMapRun
    DescribeStateMachine DescribeStateMachineAlias DescribeStateMachineForExecution GetActivityTask
    GetExecutionHistory InvokeHTTPEndpoint ListActivities ListExecutions ListMapRuns
    ListStateMachineAliases ListStateMachineVersions ListStateMachines ListTagsForResource
    PublishStateMachineVersion RedriveExecution RevealSecrets SendTaskFailure SendTaskHeartbeat
    SendTaskSuccess StartExecution StartSyncExecution StopExecution TagResource TestState UntagResource
    UpdateMapRun UpdateStateMachine UpdateStateMachineAlias ValidateStateMachineDefinition
  `),
  sts: namesIn(`
    AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage
    GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken GetFederationToken GetServiceBearerToken
    GetSessionToken GetWebIdentityToken SetContext SetSourceIdentity TagGetWebIdentityToken TagSession
  `),
}

/** The actions that a pattern such as `s3:Get*` means; undefined for a service of which the emulator knows none. */
export function actionsOf(pattern: string): string[] | undefined {
  const [vendor = '', name = ''] = pattern.toLowerCase().split(':')
  const known = actions[vendor]
  if (!known) return undefined
  return [...known].filter(action => wildcard(name, action.toLowerCase()))
}

/** The services whose actions the emulator knows, as policies name them. */
export const knownServices: readonly string[] = Object.keys(actions)

function namesIn(text: string): Set<string> {
  return new Set(text.trim().split(/\s+/))
}
