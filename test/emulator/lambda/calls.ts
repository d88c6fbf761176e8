import type { IAMClient } from '@aws-sdk/client-iam'
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import type {
  CreateFunctionCommandInput,
  CreateFunctionCommandOutput,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { functionZip, sampleZip } from '../sample-zip.ts'

/** Makes a role that Lambda may assume, unless there is one of this name; answers its ARN. */
export async function lambdaRole(iam: IAMClient, RoleName: string): Promise<string> {
  const Principal = { Service: 'lambda.amazonaws.com' }
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const made = iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  await made.catch((cause: Error) => {
    if (cause.name !== 'EntityAlreadyExistsException') throw cause
  })
  return (await iam.send(new GetRoleCommand({ RoleName }))).Role?.Arn ?? ''
}

/** Waits until the last change of a function is in force: until then Lambda refuses the next one. */
export async function settled(lambda: LambdaClient, FunctionName: string): Promise<void> {
  const waiter = { client: lambda, maxWaitTime: 60, minDelay: 0.02, maxDelay: 0.1 }
  await waitUntilFunctionUpdatedV2(waiter, { FunctionName })
}

/** Makes a function of files, `index.handler` on the newest Node.js unless told; answers what CreateFunction did. */
export async function makeFunction(
  { lambda, iam }: { lambda: LambdaClient; iam: IAMClient },
  FunctionName: string,
  files: Record<string, string>,
  settings: Partial<CreateFunctionCommandInput> = {},
): Promise<CreateFunctionCommandOutput> {
  const Role = await lambdaRole(iam, 'runs')
  const defaults = {
    Role,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: functionZip(files) },
  } as const
  const made = await lambda.send(new CreateFunctionCommand({ FunctionName, ...defaults, ...settings }))
  await settled(lambda, FunctionName)
  return made
}

/** Makes a function with the versions 1 and 2, and an alias at 1. */
export async function createTwoVersions(
  { lambda, iam }: { lambda: LambdaClient; iam: IAMClient },
  { FunctionName, Name }: { FunctionName: string; Name: string },
): Promise<void> {
  const Role = await lambdaRole(iam, 'one')
  const settings = { Role, Runtime: 'nodejs24.x', Handler: 'index.handler', Publish: true } as const
  const Code = { ZipFile: sampleZip('one') }
  await lambda.send(new CreateFunctionCommand({ FunctionName, ...settings, Code }))
  await settled(lambda, FunctionName)
  const ZipFile = sampleZip('two')
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }))
  await settled(lambda, FunctionName)
  await lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' }))
}
