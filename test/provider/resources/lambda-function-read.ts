import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { GetFunctionCommand, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { unlessDefault } from './shape.ts'

/** Reads a function. `version` is the newest published one, like in the real provider, so the next plan is empty. */
export async function readFunction(aws: Aws, state: State): Promise<State | null> {
  const FunctionName = String(state.function_name)
  const seen = await found(aws.lambda.send(new GetFunctionCommand({ FunctionName })))
  if (seen?.Configuration === undefined) return null
  const { Configuration: configuration, Code: code, Tags: tags = {} } = seen
  const arn = configuration.FunctionArn ?? ''
  const version = await newestVersion(aws, FunctionName)
  return {
    id: FunctionName,
    arn,
    invoke_arn: invokeArn(aws, arn),
    version,
    qualified_arn: `${arn}:${version}`,
    qualified_invoke_arn: invokeArn(aws, `${arn}:${version}`),
    code_sha256: configuration.CodeSha256 ?? null,
    source_code_hash: state.source_code_hash ?? configuration.CodeSha256 ?? null,
    source_code_size: configuration.CodeSize ?? null,
    last_modified: configuration.LastModified ?? null,
    architectures: configuration.Architectures ?? ['x86_64'],
    image_uri: code?.ImageUri ?? null,
    tags_all: tags,
    ...settingsSeen(state, configuration),
  }
}

function settingsSeen(state: State, seen: FunctionConfiguration): State {
  const variables = seen.Environment?.Variables ?? {}
  const isImported = (state.arn ?? null) === null
  const packageType = seen.PackageType ?? 'Zip'
  return {
    role: seen.Role ?? null,
    description: unlessDefault(state.description, seen.Description, ''),
    handler: seen.Handler ?? null,
    runtime: seen.Runtime ?? null,
    memory_size: unlessDefault(state.memory_size, seen.MemorySize, 128),
    timeout: unlessDefault(state.timeout, seen.Timeout, 3),
    package_type: isImported ? packageType : unlessDefault(state.package_type, packageType, 'Zip'),
    environment: Object.keys(variables).length === 0 ? (state.environment ?? []) : [{ variables }],
  }
}

async function newestVersion({ lambda }: Aws, FunctionName: string): Promise<string> {
  let newest = '$LATEST'
  let Marker: string | undefined
  do {
    const input = { FunctionName, ...(Marker === undefined ? {} : { Marker }) }
    const page = await lambda.send(new ListVersionsByFunctionCommand(input))
    newest = page.Versions?.at(-1)?.Version ?? newest
    Marker = page.NextMarker
  } while (Marker)
  return newest
}

// Terraform AWS provider, internal/service/lambda/invoke_arn.go.
function invokeArn({ region, partition }: Aws, arn: string): string {
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`
}
