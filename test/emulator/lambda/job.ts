import { createHash } from 'node:crypto'
import type { Job } from '../runtime/runtime.ts'
import type { Route } from './route.ts'
import type { FunctionVersion, LambdaCall, LambdaFunction } from './state.ts'
import { processKey } from './state.ts'

/** What a version of a function runs, with Lambda's defaults, for one invocation. */
export function jobOf(
  call: Pick<LambdaCall, 'state' | 'identity' | 'qualifier'>,
  target: LambdaFunction,
  { version }: Route,
  { requestId, event }: Pick<Job, 'requestId' | 'event'>,
): Job {
  const { Handler, Runtime, ImageConfig, Timeout = 3, MemorySize = 128 } = version.settings
  const { content, sha256 } = version.code
  return {
    requestId,
    event,
    version: version.version,
    timeoutMs: Timeout * 1000,
    memoryMb: MemorySize,
    program: {
      content,
      handler: Handler,
      runtime: Runtime,
      ...(ImageConfig ? { overrides: ImageConfig } : {}),
    },
    key: processKey(version),
    codeId: sha256,
    env: () => environmentOf(call, target, version),
    invokedArn: call.qualifier === undefined ? target.arn : `${target.arn}:${call.qualifier}`,
  }
}

/** A function's own variables and those that Lambda sets (AWS Lambda developer guide, Defined runtime environment variables). */
function environmentOf(
  { state, identity }: Pick<LambdaCall, 'state' | 'identity'>,
  { name }: LambdaFunction,
  version: FunctionVersion,
): Record<string, string> {
  const { Environment, Runtime, Role = '', MemorySize = 128, LoggingConfig } = version.settings
  const instance = createHash('md5').update(processKey(version)).digest('hex')
  const date = new Date(state.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...Environment?.Variables,
    ...state.sessionEnv(Role, identity),
    AWS_DEFAULT_REGION: identity.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime ?? 'Image'}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${date}/[${version.version}]${instance}`,
  }
}
