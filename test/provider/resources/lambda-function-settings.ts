import { readFileSync } from 'node:fs'
import type {
  FunctionCode,
  Runtime,
  SnapStartApplyOn,
  TracingMode,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda'
import type { State } from '../wire/value.ts'
import { boolean, number, oneBlock, present, text, textMap, texts } from './shape.ts'

type Settings = Omit<UpdateFunctionConfigurationRequest, 'FunctionName' | 'Role' | 'RevisionId'>

/** The input of CreateFunction and UpdateFunctionConfiguration, with AWS's defaults for what the configuration omits. */
export function settingsOf(state: State): Settings {
  const isImage = state.package_type === 'Image'
  return present({
    Description: text(state.description) ?? '',
    MemorySize: number(state.memory_size) ?? 128,
    Timeout: number(state.timeout) ?? 3,
    Handler: isImage ? undefined : text(state.handler),
    Runtime: isImage ? undefined : (text(state.runtime) as Runtime | undefined),
    KMSKeyArn: text(state.kms_key_arn),
    Layers: isImage ? undefined : texts(state.layers),
    Environment: { Variables: oneBlock(state.environment, ({ variables }) => textMap(variables)) ?? {} },
    ...blocksOf(state),
  }) as Settings
}

function blocksOf(state: State): object {
  return {
    ImageConfig:
      oneBlock(state.image_config, ({ command, entry_point, working_directory }) =>
        present({
          Command: texts(command),
          EntryPoint: texts(entry_point),
          WorkingDirectory: text(working_directory),
        }),
      ) ?? (state.package_type === 'Image' ? {} : undefined),
    LoggingConfig: oneBlock(state.logging_config, block =>
      present({
        LogFormat: text(block.log_format),
        LogGroup: text(block.log_group),
        ApplicationLogLevel: text(block.application_log_level),
        SystemLogLevel: text(block.system_log_level),
      }),
    ),
    // Empty lists remove a function from its network.
    VpcConfig: oneBlock(state.vpc_config, block =>
      present({
        SubnetIds: texts(block.subnet_ids) ?? [],
        SecurityGroupIds: texts(block.security_group_ids) ?? [],
        Ipv6AllowedForDualStack: boolean(block.ipv6_allowed_for_dual_stack),
      }),
    ) ?? { SubnetIds: [], SecurityGroupIds: [] },
    TracingConfig: oneBlock(state.tracing_config, ({ mode }) => ({ Mode: text(mode) as TracingMode })),
    DeadLetterConfig: oneBlock(state.dead_letter_config, ({ target_arn }) => ({
      TargetArn: text(target_arn),
    })),
    EphemeralStorage: oneBlock(state.ephemeral_storage, ({ size }) => ({ Size: number(size) ?? 512 })),
    SnapStart: oneBlock(state.snap_start, ({ apply_on }) => ({
      ApplyOn: text(apply_on) as SnapStartApplyOn,
    })),
  }
}

/** The location of the code, for CreateFunction and UpdateFunctionCode. */
export function codeOf(state: State): FunctionCode {
  const filename = text(state.filename)
  return present({
    ZipFile: filename === undefined ? undefined : readFileSync(filename),
    S3Bucket: text(state.s3_bucket),
    S3Key: text(state.s3_key),
    S3ObjectVersion: text(state.s3_object_version),
    ImageUri: text(state.image_uri),
  })
}
