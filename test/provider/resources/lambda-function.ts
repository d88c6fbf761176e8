import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import type { Aws } from '../aws/configuration.ts'
import { step } from '../provider-error.ts'
import type { State } from '../wire/value.ts'
import { knownBy } from './known-by.ts'
import { readFunction } from './lambda-function-read.ts'
import { codeOf, settingsOf } from './lambda-function-settings.ts'
import type { Change, ResourceType } from './resource-type.ts'
import { present, text, textMap } from './shape.ts'
import { tagChanges } from './tags.ts'

// Terraform AWS provider, internal/service/lambda/function.go: needsFunctionCodeUpdate, needsFunctionConfigUpdate.
const code = [
  'filename',
  's3_bucket',
  's3_key',
  's3_object_version',
  'image_uri',
  'source_code_hash',
  'architectures',
]
const settings = [
  'dead_letter_config',
  'description',
  'environment',
  'ephemeral_storage',
  'handler',
  'image_config',
  'kms_key_arn',
  'layers',
  'logging_config',
  'memory_size',
  'role',
  'runtime',
  'snap_start',
  'timeout',
  'tracing_config',
  'vpc_config',
]

/** `aws_lambda_function`: the function, and with `publish` a version for each apply that changes it. */
export const lambdaFunction: ResourceType = {
  label: 'Lambda Function',
  ...knownBy('function_name'),
  replaceOn: ['function_name', 'package_type', 'region'],
  unknownOnUpdate: (changed, { publish }) => {
    const isCode = some(changed, code)
    const isSettings = some(changed, settings)
    return [
      ...(isCode || isSettings ? ['last_modified'] : []),
      ...(isCode ? ['code_sha256', 'source_code_size'] : []),
      ...(publish === true && (isCode || isSettings || changed.has('publish'))
        ? ['version', 'qualified_arn', 'qualified_invoke_arn']
        : []),
    ]
  },
  create: async (aws, planned, made) => {
    const FunctionName = String(planned.function_name)
    await aws.lambda.send(
      new CreateFunctionCommand({
        ...settingsOf(planned),
        FunctionName,
        Role: String(planned.role),
        Code: codeOf(planned),
        Publish: planned.publish === true,
        ...present({
          PackageType: text(planned.package_type) as 'Zip' | 'Image' | undefined,
          Architectures: architecturesOf(planned),
          Tags: textMap(planned.tags_all),
        }),
      }),
    )
    made({ id: FunctionName })
    await step(`waiting for Lambda Function (${FunctionName}) create`, () =>
      waitUntilFunctionActiveV2(waiting(aws), { FunctionName }),
    )
    if (planned.reserved_concurrent_executions !== null) await limitConcurrency(aws, planned)
    return shown(aws, planned)
  },
  read: readFunction,
  update: async (aws, change) => {
    const { prior, planned, changed } = change
    if (some(changed, settings)) await updateSettings(aws, change)
    if (some(changed, code)) await updateCode(aws, change)
    if (changed.has('reserved_concurrent_executions')) await limitConcurrency(aws, planned)
    if (changed.has('tags_all')) await retag(aws, String(prior.arn), change)
    if (planned.publish === true && (some(changed, [...settings, ...code]) || changed.has('publish'))) {
      await publish(aws, planned)
    }
    return shown(aws, planned)
  },
  remove: async (aws, prior) => {
    if (prior.skip_destroy === true) return
    await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: String(prior.function_name) }))
  },
}

async function updateSettings(aws: Aws, { planned }: Change): Promise<void> {
  const FunctionName = String(planned.function_name)
  await step(`updating Lambda Function (${FunctionName}) configuration`, async () => {
    const input = { ...settingsOf(planned), FunctionName, Role: String(planned.role) }
    await aws.lambda.send(new UpdateFunctionConfigurationCommand(input))
    await waitUntilFunctionUpdatedV2(waiting(aws), { FunctionName })
  })
}

async function updateCode(aws: Aws, { planned }: Change): Promise<void> {
  const FunctionName = String(planned.function_name)
  await step(`updating Lambda Function (${FunctionName}) code`, async () => {
    const input = {
      ...codeOf(planned),
      ...present({ Architectures: architecturesOf(planned) }),
      FunctionName,
    }
    await aws.lambda.send(new UpdateFunctionCodeCommand(input))
    await waitUntilFunctionUpdatedV2(waiting(aws), { FunctionName })
  })
}

async function publish(aws: Aws, { function_name }: State): Promise<void> {
  const FunctionName = String(function_name)
  await step(`publishing Lambda Function (${FunctionName}) version`, () =>
    aws.lambda.send(new PublishVersionCommand({ FunctionName })),
  )
}

async function retag({ lambda }: Aws, Resource: string, change: Change): Promise<void> {
  const { set, gone } = tagChanges(change)
  if (gone.length > 0) await lambda.send(new UntagResourceCommand({ Resource, TagKeys: gone }))
  if (Object.keys(set).length > 0) await lambda.send(new TagResourceCommand({ Resource, Tags: set }))
}

async function limitConcurrency(aws: Aws, planned: State): Promise<void> {
  const FunctionName = String(planned.function_name)
  const limit = planned.reserved_concurrent_executions
  if (typeof limit === 'number' && limit >= 0) {
    const input = { FunctionName, ReservedConcurrentExecutions: limit }
    await aws.lambda.send(new PutFunctionConcurrencyCommand(input))
  } else {
    await aws.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
  }
}

async function shown(aws: Aws, planned: State): Promise<State> {
  const name = String(planned.function_name)
  return (await step(`reading Lambda Function (${name})`, () => readFunction(aws, planned))) ?? {}
}

function architecturesOf({ architectures }: State): ('x86_64' | 'arm64')[] | undefined {
  return Array.isArray(architectures) ? [...(architectures as ('x86_64' | 'arm64')[])] : undefined
}

function waiting(aws: Aws) {
  return { client: aws.lambda, maxWaitTime: 600, minDelay: 0.05, maxDelay: 1, abortSignal: aws.signal }
}

function some(changed: ReadonlySet<string>, names: readonly string[]): boolean {
  return names.some(name => changed.has(name))
}
