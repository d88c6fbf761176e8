import {
  type LambdaAlias,
  LambdaFunctionUrl,
  LambdaPermission,
  LambdaProvisionedConcurrencyConfig,
} from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { present } from '../shared/present.ts'
import type { LambdaSpec } from './spec.ts'

/** Keeps instances of the live version ready; Lambda moves them when the rollout moves the alias. */
export function keepReady(scope: Construct, { settings }: LambdaSpec, live: LambdaAlias): void {
  const { provisionedConcurrency } = settings
  if (provisionedConcurrency === undefined) return
  new LambdaProvisionedConcurrencyConfig(scope, 'provisioned_concurrency', {
    functionName: live.functionName,
    qualifier: live.name,
    provisionedConcurrentExecutions: provisionedConcurrency,
  })
}

/** Gives the live version a URL of its own; undefined without. */
export function urlOf(
  scope: Construct,
  { settings }: LambdaSpec,
  live: LambdaAlias,
): LambdaFunctionUrl | undefined {
  const { functionUrl } = settings
  if (functionUrl === undefined) return undefined
  const { authType, invokeMode, cors } = functionUrl
  const url = new LambdaFunctionUrl(scope, 'url', {
    functionName: live.functionName,
    qualifier: live.name,
    authorizationType: authType,
    invokeMode,
    ...(cors === undefined ? {} : { cors: { ...present(cors), allowOrigins: cors.allowOrigins } }),
  })
  if (authType === 'NONE') letEverybodyCall(scope, live)
  return url
}

/** The provider adds the other half itself (AWS Lambda developer guide, "Control access to Lambda function URLs"). */
function letEverybodyCall(scope: Construct, live: LambdaAlias): void {
  const permission = new LambdaPermission(scope, 'url_permission', {
    statementId: 'url_permission',
    action: 'lambda:InvokeFunction',
    functionName: live.functionName,
    qualifier: live.name,
    principal: '*',
  })
  // Without it everybody could call the function by Lambda's API, too. The typed resources do not know it yet.
  permission.addOverride('invoked_via_function_url', true)
}
