import type { Alias, FunctionVersion, LambdaFunction, LambdaState, Settings } from './state.ts'

/** A version as GetFunctionConfiguration prints it, with Lambda's defaults. */
export function printVersion(
  { clock }: LambdaState,
  target: LambdaFunction,
  version: FunctionVersion,
): Record<string, unknown> {
  const { settings } = version
  const { Environment, DeadLetterConfig, Layers, ImageConfig, SnapStart, VpcConfig, ...plain } = settings
  return {
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    TracingConfig: { Mode: 'PassThrough' },
    EphemeralStorage: { Size: 512 },
    ...plain,
    FunctionName: target.name,
    FunctionArn: version.arn,
    CodeSha256: version.code.sha256,
    CodeSize: version.code.size,
    Version: version.version,
    RevisionId: version.revisionId,
    LastModified: version.modifiedAt.toISOString().replace('Z', '+0000'),
    PackageType: version.packageType,
    Architectures: version.architectures,
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${target.name}`, ...settings.LoggingConfig },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off', ...SnapStart },
    ...printVpc(VpcConfig),
    ...(Object.keys(Environment?.Variables ?? {}).length > 0 ? { Environment } : {}),
    ...(DeadLetterConfig?.TargetArn ? { DeadLetterConfig } : {}),
    ...(Layers && Layers.length > 0 ? { Layers: Layers.map(Arn => ({ Arn, CodeSize: 0 })) } : {}),
    ...(ImageConfig && Object.keys(ImageConfig).length > 0 ? { ImageConfigResponse: { ImageConfig } } : {}),
    ...printState(version, clock.now()),
  }
}

/** Where a version's code is: for an image what was given and what it was resolved to. */
export function printCode(version: FunctionVersion, host: string): Record<string, string> {
  const { image, sha256 } = version.code
  if (image) return { RepositoryType: 'ECR', ImageUri: image.uri, ResolvedImageUri: image.resolvedUri }
  // Never an address of AWS: a client that follows it would leave the machine.
  return {
    RepositoryType: 'S3',
    Location: `http://${host}/_emulator/code/${encodeURIComponent(sha256)}`,
  }
}

/** An alias, with its routing when it has any. */
export function printAlias(alias: Alias): Record<string, unknown> {
  const { additional } = alias
  return {
    AliasArn: alias.arn,
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(additional
      ? { RoutingConfig: { AdditionalVersionWeights: { [additional.version]: additional.weight } } }
      : {}),
  }
}

function printState({ readyAt, fresh }: FunctionVersion, now: number): Record<string, string> {
  if (readyAt <= now) return { State: 'Active', LastUpdateStatus: 'Successful' }
  const reason = 'The function is being created.'
  if (fresh) return { State: 'Pending', StateReason: reason, StateReasonCode: 'Creating' }
  return {
    State: 'Active',
    LastUpdateStatus: 'InProgress',
    LastUpdateStatusReason: reason,
    LastUpdateStatusReasonCode: 'Creating',
  }
}

function printVpc(config: Settings['VpcConfig']): Record<string, unknown> {
  const subnets = config?.SubnetIds
  return Array.isArray(subnets) && subnets.length > 0
    ? { VpcConfig: { VpcId: 'vpc-emulator', SecurityGroupIds: [], ...config } }
    : {}
}
