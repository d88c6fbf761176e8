import type { FunctionApplied } from '../../../scripts/kinds/lambda/applied.ts'
import { aliasNames, functionLog, functionName, functionNames } from '../../../scripts/kinds/lambda/names.ts'
import { digestBase64, digestFromHex } from '../../../scripts/names/digest.ts'
import { LambdaAlias, LambdaFunction } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { literal } from '../shared/literal.ts'
import { trustPolicy } from '../shared/policies.ts'
import { releaseVariables, ServiceStack } from '../shared/service-stack.ts'
import { lambdaAlarms } from './alarms.ts'
import { callFromSources } from './event-sources.ts'
import { guardianTriggers, guardianVariables } from './guardian.ts'
import { keepReady, urlOf } from './live.ts'
import { functionStatements } from './rights.ts'
import { callOnSchedule, schedulerRole } from './schedules.ts'
import type { LambdaSpec } from './spec.ts'

/** A Lambda function in an environment: a published version for each release, and the aliases to call it through. */
export class LambdaStack extends ServiceStack {
  constructor(scope: Construct, spec: LambdaSpec) {
    super(scope, spec)
    const { target, settings, pin } = spec
    const names = functionNames(target)
    const name = functionName(target, settings)
    const log = this.log(functionLog(name), settings)
    const own = this.role('role', names.role, trustPolicy('lambda.amazonaws.com'), functionStatements(spec))
    const published = new LambdaFunction(this, 'function', {
      functionName: name,
      // A published version keeps its description.
      description: pin.tag,
      role: own.role.arn,
      publish: true,
      architectures: [spec.architecture],
      memorySize: settings.memory,
      timeout: settings.timeout,
      loggingConfig: { ...loggingOf(spec), logGroup: log.name },
      environment: { variables: variables(spec) },
      ...codeOf(spec),
      ...networkOf(spec),
      ...optionsOf(spec),
      dependsOn: [...own.policies],
    })
    const { live, stable } = aliases(this, published, target.environment)
    lambdaAlarms(this, spec)
    keepReady(this, spec, live)
    const url = urlOf(this, spec, live)
    callFromSources(this, spec, live, own)
    const scheduler = schedulerRole(this, spec)
    if (scheduler !== undefined) callOnSchedule(this, spec, live, scheduler)
    if (scheduler !== undefined) guardianTriggers(this, spec, live, scheduler)
    this.addOutputs<FunctionApplied>(
      spec,
      {
        tag: pin.tag,
        revision: published.version,
        functionName: published.functionName,
        live: live.name,
        stable: stable.name,
      },
      {
        alias_arn: live.arn,
        invoke_arn: live.invokeArn,
        log_group: log.name,
        ...(url === undefined ? {} : { function_url: url.functionUrl }),
      },
    )
  }
}

function aliases(scope: Construct, published: LambdaFunction, environment: string) {
  const names = aliasNames(environment)
  const alias = (id: string, name: string, description: string, ignored: readonly string[] = []) =>
    new LambdaAlias(scope, id, {
      name,
      description,
      functionName: published.functionName,
      functionVersion: published.version,
      // The rollout moves them; this only sets the first version.
      lifecycle: { ignoreChanges: ['function_version', 'routing_config', ...ignored] },
    })
  return {
    live: alias('live', names.live, 'What is called'),
    // The rollout notes in it what was verified before.
    stable: alias('stable', names.stable, 'What was verified last', ['description']),
  }
}

function codeOf({ code, artifacts }: LambdaSpec) {
  if (code.type === 'image')
    return {
      packageType: 'Image',
      imageUri: code.uri,
      ...(code.command === undefined ? {} : { imageConfig: { command: code.command.map(literal) } }),
    }
  return {
    packageType: 'Zip',
    s3Bucket: artifacts.bucket,
    s3Key: code.key,
    sourceCodeHash: digestBase64(digestFromHex(code.sha256)),
    handler: literal(code.handler),
    runtime: code.runtime,
  }
}

function loggingOf({ settings: { logging } }: LambdaSpec) {
  if (logging === undefined) return { logFormat: 'Text' }
  const { format, applicationLogLevel, systemLogLevel } = logging
  return {
    logFormat: format,
    ...(applicationLogLevel === undefined ? {} : { applicationLogLevel }),
    ...(systemLogLevel === undefined ? {} : { systemLogLevel }),
  }
}

function optionsOf({ settings }: LambdaSpec) {
  const { kmsKeyArn, tracing, reservedConcurrency, ephemeralStorage, deadLetterTargetArn } = settings
  return {
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    ...(tracing === undefined ? {} : { tracingConfig: { mode: tracing } }),
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    ...(ephemeralStorage === undefined ? {} : { ephemeralStorage: { size: ephemeralStorage } }),
    ...(deadLetterTargetArn === undefined ? {} : { deadLetterConfig: { targetArn: deadLetterTargetArn } }),
    ...('layers' in settings && settings.layers !== undefined ? { layers: settings.layers } : {}),
  }
}

function networkOf({ network }: LambdaSpec) {
  if (network === undefined) return {}
  const { subnets, securityGroups } = network
  return { vpcConfig: { subnetIds: [...subnets], securityGroupIds: [...securityGroups] } }
}

function variables(spec: LambdaSpec): Record<string, string> {
  const { variables: own, secrets } = spec.settings
  const given = Object.entries({ ...own, ...secrets }).map(([name, value]) => [name, literal(value)])
  return { ...Object.fromEntries(given), ...guardianVariables(spec), ...releaseVariables(spec) }
}
