import { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'
import { runtimeFault } from './runtimes.ts'

const arn = z.string().regex(/^(?:arn:(?:aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)?$/)
const invalid = 'InvalidParameterValueException'
/** Names that Lambda itself sets (AWS Lambda developer guide, Defined runtime environment variables). */
const reserved = new Set(
  `_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME
  AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
  AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR`.split(/\s+/),
)
const mostVariableBytes = 4096

const variables = z
  .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]+$/), z.string())
  .superRefine((values, context) => {
    const taken = Object.keys(values).filter(name => reserved.has(name))
    const message = `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`
    refuseWhen(context, taken.length > 0, message, invalid)
    const tooLong = Buffer.byteLength(JSON.stringify(values)) > mostVariableBytes
    const limit = `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(values).slice(0, 60)}…`
    refuseWhen(context, tooLong, limit, invalid)
  })

/** What a version of a function holds besides its code, with the limits of the Lambda API reference. */
export const settingsSchema = z.object({
  Role: z
    .string()
    .regex(/^arn:(?:aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/)
    .exactOptional(),
  Handler: z.string().max(128).regex(/^\S+$/).exactOptional(),
  Runtime: z
    .string()
    .superRefine((runtime, context) => {
      const fault = runtimeFault(runtime)
      refuseWhen(context, fault !== undefined, fault ?? '', invalid)
    })
    .exactOptional(),
  Description: z.string().max(256).exactOptional(),
  Timeout: z.number().int().min(1).max(900).exactOptional(),
  MemorySize: z.number().int().min(128).max(10_240).exactOptional(),
  Environment: z.object({ Variables: variables.exactOptional() }).exactOptional(),
  VpcConfig: z
    .looseObject({
      SubnetIds: z.array(z.string()).max(16).exactOptional(),
      SecurityGroupIds: z.array(z.string()).max(5).exactOptional(),
    })
    .exactOptional(),
  DeadLetterConfig: z.object({ TargetArn: arn.exactOptional() }).exactOptional(),
  KMSKeyArn: arn.exactOptional(),
  TracingConfig: z.object({ Mode: z.enum(['Active', 'PassThrough']) }).exactOptional(),
  Layers: z
    .array(z.string().regex(/^arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+$/))
    .max(5)
    .exactOptional(),
  FileSystemConfigs: z
    .array(
      z.object({
        Arn: arn,
        LocalMountPath: z
          .string()
          .max(160)
          .regex(/^\/mnt\/[a-zA-Z0-9-_.]+$/),
      }),
    )
    .max(1)
    .exactOptional(),
  ImageConfig: z
    .object({
      EntryPoint: z.array(z.string()).max(1500).exactOptional(),
      Command: z.array(z.string()).max(1500).exactOptional(),
      WorkingDirectory: z.string().max(1000).exactOptional(),
    })
    .exactOptional(),
  EphemeralStorage: z.object({ Size: z.number().int().min(512).max(10_240) }).exactOptional(),
  SnapStart: z.object({ ApplyOn: z.enum(['PublishedVersions', 'None']) }).exactOptional(),
  LoggingConfig: z
    .looseObject({
      LogFormat: z.enum(['JSON', 'Text']).exactOptional(),
      ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).exactOptional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).exactOptional(),
      LogGroup: z
        .string()
        .min(1)
        .max(512)
        .regex(/^[.\-_/#A-Za-z0-9]+$/)
        .exactOptional(),
    })
    .exactOptional(),
})

/** UpdateFunctionConfiguration. */
export const updateSettingsSchema = settingsSchema.extend({ RevisionId: z.string().exactOptional() })
