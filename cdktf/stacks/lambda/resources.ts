import type { CloudwatchLogGroup, IamRole, LambdaAlias, LambdaFunction } from '../../aws.ts'
import type { Fixed } from '../shared/fixed.ts'

/** The resources of a function's stack that extensions most often need. */
export type FunctionResources = {
  readonly function: LambdaFunction
  /** The alias that is called. */
  readonly live: LambdaAlias
  /** The alias of what was verified last. */
  readonly stable: LambdaAlias
  readonly role: IamRole
  readonly log: CloudwatchLogGroup
}

/** What Waybill relies on beyond names: the artifact, and where the aliases point. */
export const fixedOfFunctions: Fixed = {
  aws_lambda_function: [
    'description',
    'publish',
    'package_type',
    'image_uri',
    's3_bucket',
    's3_key',
    'source_code_hash',
  ],
  aws_lambda_alias: ['description', 'function_version', 'routing_config'],
  // Without the alias, a request would reach what no rollout has released.
  aws_lambda_function_url: ['qualifier'],
  aws_lambda_permission: ['qualifier'],
  aws_lambda_provisioned_concurrency_config: ['qualifier'],
}
