import type { LambdaClient } from '@aws-sdk/client-lambda'
import { CreateAliasCommand, CreateFunctionCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda'

/** Makes a function with the versions 1 and 2, and an alias at 1. */
export async function createTwoVersions(
  lambda: LambdaClient,
  { FunctionName, Name }: { FunctionName: string; Name: string },
): Promise<void> {
  const Role = 'arn:aws:iam::111111111111:role/one'
  const settings = { Role, Runtime: 'nodejs24.x', Handler: 'a.b', Publish: true } as const
  const Code = { ZipFile: Buffer.from('one') }
  await lambda.send(new CreateFunctionCommand({ FunctionName, ...settings, Code }))
  const ZipFile = Buffer.from('two')
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }))
  await lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' }))
}
