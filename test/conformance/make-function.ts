import { setTimeout as sleep } from 'node:timers/promises'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { functionZip } from '../emulator/sample-zip.ts'
import type { Clients } from './clients.ts'
import type { Names } from './names.ts'
import { readRefusal } from './refusal.ts'

const source = `
  const acts = {
    throw: () => { throw new RangeError('too far') },
    exit: () => process.exit(3),
    hang: () => new Promise(() => {}),
  }
  export const handler = async event => {
    console.log('seen')
    return await acts[event.act]?.() ?? event
  }`

// A new role is only known to Lambda some seconds after it was made.
const longestMs = 60_000
const pauseMs = 3000

/** Makes a function that does what its event says, with two versions of the same code. Its role may do nothing. */
export async function makeFunction({ lambda, iam }: Clients, names: Names): Promise<void> {
  const FunctionName = names.function
  const Principal = { Service: 'lambda.amazonaws.com' }
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: names.role, AssumeRolePolicyDocument }))
  const Code = { ZipFile: functionZip({ 'index.mjs': source }) }
  const settings = { Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 1, Code } as const
  await create({ lambda }, { FunctionName, Role: Role?.Arn, ...settings })
  const waiter = { client: lambda, maxWaitTime: 120 }
  await waitUntilFunctionActiveV2(waiter, { FunctionName })
  for (const Description of ['1', '2']) {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description }))
    await waitUntilFunctionUpdatedV2(waiter, { FunctionName })
    await lambda.send(new PublishVersionCommand({ FunctionName }))
    await waitUntilFunctionActiveV2(waiter, { FunctionName, Qualifier: Description })
  }
}

async function create(
  { lambda }: Pick<Clients, 'lambda'>,
  input: CreateFunctionCommandInput,
  waitedMs = 0,
): Promise<void> {
  try {
    await lambda.send(new CreateFunctionCommand(input))
  } catch (cause) {
    if (waitedMs >= longestMs || readRefusal(cause).name !== 'InvalidParameterValueException') throw cause
    await sleep(pauseMs)
    await create({ lambda }, input, waitedMs + pauseMs)
  }
}
