import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'
import { refusedWith } from '../refused-with.ts'
import { sampleZip } from '../sample-zip.ts'
import { lambdaRole, settled } from './calls.ts'

const account = '111111111111'
const base = {
  FunctionName: 'function',
  Role: `arn:aws:iam::${account}:role/runs`,
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Code: { ZipFile: sampleZip('one') },
}
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>

beforeAll(async () => {
  emulator = await startEmulator()
  clients = clientsFor(emulator)
  await lambdaRole(clients.iam, 'runs')
  await create({ FunctionName: 'there' })
  await settled(clients.lambda, 'there')
})
afterAll(() => emulator.close())

const create = (change: object) =>
  clients.lambda.send(new CreateFunctionCommand({ ...base, ...change } as CreateFunctionCommandInput))
const invalid = (message: string) => refusedWith('InvalidParameterValueException', message)

describe('the role of a function', () => {
  const cannot = 'The role defined for the function cannot be assumed by Lambda.'

  it('must be there', async () => {
    const Role = `arn:aws:iam::${account}:role/absent`
    await expect(create({ Role })).rejects.toMatchObject(invalid(cannot))
    const change = new UpdateFunctionConfigurationCommand({ FunctionName: 'there', Role })
    await expect(clients.lambda.send(change)).rejects.toMatchObject(invalid(cannot))
  })

  it('must trust Lambda', async () => {
    const Principal = { Service: 'ecs-tasks.amazonaws.com' }
    const Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await rawCalls(() => emulator).query('iam', {
      Action: 'CreateRole',
      RoleName: 'tasks',
      AssumeRolePolicyDocument,
    })
    await expect(create({ Role: `arn:aws:iam::${account}:role/tasks` })).rejects.toMatchObject(
      invalid(cannot),
    )
  })

  it('must be of the same account', async () => {
    await expect(create({ Role: 'arn:aws:iam::222222222222:role/runs' })).rejects.toMatchObject(
      refusedWith('AccessDeniedException', 'Cross-account pass role is not allowed.', 403),
    )
  })
})

describe('code that', () => {
  const cut = sampleZip('one').subarray(0, -30)
  const huge = Buffer.from(sampleZip('one'))
  // The size of the first file when it is unzipped, in the central directory.
  huge.writeUInt32LE(262_144_001, huge.indexOf('PK\x01\x02', undefined, 'latin1') + 24)

  it.each([
    [
      'is not a zip',
      Buffer.from('not a zip, but longer than the end of one'),
      'Could not unzip uploaded file',
    ],
    ['was cut off', cut, 'Could not unzip uploaded file'],
    ['has nothing in it', Buffer.from(zipSync({})), 'Uploaded file must be a non-empty zip'],
    ['is larger than 250 MB', huge, 'Unzipped size must be smaller than 262144000 bytes'],
  ])('%s is refused', async (_, ZipFile, message) => {
    await expect(create({ Code: { ZipFile } })).rejects.toMatchObject(invalid(message))
  })
})

describe('a function', () => {
  it.each([
    [
      'an unknown runtime',
      { Runtime: 'nodejs99.x' },
      "Value nodejs99.x at 'runtime' failed to satisfy constraint",
    ],
    ['a runtime that was withdrawn', { Runtime: 'nodejs8.10' }, 'no longer supported'],
    ['no runtime', { Runtime: undefined }, 'Runtime and Handler are mandatory'],
    ['no handler', { Handler: undefined }, 'Runtime and Handler are mandatory'],
    ['no source', { Code: {} }, 'Please provide a source for function code.'],
    [
      'a variable that Lambda sets itself',
      { Environment: { Variables: { AWS_REGION: 'a' } } },
      'Reserved keys used in this request: AWS_REGION',
    ],
    [
      'more than 4 KB of variables',
      { Environment: { Variables: { LONG: 'a'.repeat(4096) } } },
      'exceeded the 4KB limit',
    ],
  ])('is refused with %s', async (_, change, message) => {
    await expect(create(change)).rejects.toMatchObject(invalid(message))
  })

  it.each([
    ['a name with a space', { FunctionName: 'a b' }, "at 'functionName'"],
    ['a name of 65 characters', { FunctionName: 'a'.repeat(65) }, "at 'functionName'"],
    ['a role that is not an ARN', { Role: 'runs' }, "Value 'runs' at 'role'"],
    ['a handler with a space', { Handler: 'a b' }, "at 'handler'"],
    ['901 seconds', { Timeout: 901 }, 'must have value less than or equal to 900'],
    ['64 MB of memory', { MemorySize: 64 }, 'must have value greater than or equal to 128'],
    ['an unknown architecture', { Architectures: ['riscv'] }, "at 'architectures.1.member'"],
    ['an unknown package type', { PackageType: 'Tar' }, 'Member must satisfy enum value set: [Zip, Image]'],
    ['an unknown mode of tracing', { TracingConfig: { Mode: 'On' } }, "at 'tracingConfig.mode'"],
    ['an unknown log format', { LoggingConfig: { LogFormat: 'XML' } }, "at 'loggingConfig.logFormat'"],
    ['17 subnets', { VpcConfig: { SubnetIds: Array(17).fill('a') } }, "at 'vpcConfig.subnetIds'"],
    ['an invalid layer', { Layers: ['layer'] }, "at 'layers.1.member'"],
    ['an invalid variable', { Environment: { Variables: { '1A': 'a' } } }, 'environment.variables'],
  ])('is refused with %s', async (_, change, message) => {
    await expect(create(change)).rejects.toMatchObject(refusedWith('ValidationException', message))
  })
})

const functions = '/2015-03-31/functions'

it.each([
  ['CreateFunction', 'POST', functions, ['functionName', 'role', 'code']],
  ['PublishVersion of no name', 'POST', `${functions}/a%20b/versions`, ['functionName']],
  ['CreateAlias', 'POST', `${functions}/there/aliases`, ['name', 'functionVersion']],
  [
    'PutFunctionConcurrency',
    'PUT',
    '/2017-10-31/functions/there/concurrency',
    ['reservedConcurrentExecutions'],
  ],
  ['TagResource', 'POST', `/2017-03-31/tags/arn:aws:lambda:us-east-1:${account}:function:there`, ['tags']],
  [
    'UntagResource',
    'DELETE',
    `/2017-03-31/tags/arn:aws:lambda:us-east-1:${account}:function:there`,
    ['tagKeys'],
  ],
  ['ListFunctions of what is none', 'GET', `${functions}?FunctionVersion=SOME`, ['functionVersion']],
  ['ListVersionsByFunction of no page', 'GET', `${functions}/there/versions?MaxItems=0`, ['maxItems']],
  ['GetFunction of no qualifier', 'GET', `${functions}/there?Qualifier=a%20b`, ['qualifier']],
])('%s is refused for its members', async (_, method, path, members) => {
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }
  const answer = await rawCalls(() => emulator).send('lambda', { method, path, ...body })
  expect(answer.status).toBe(400)
  for (const member of members) expect(answer.text).toContain(`at '${member}' failed to satisfy constraint`)
})
