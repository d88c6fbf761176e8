import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { CreateFunctionCommandInput, InvokeCommandInput } from '@aws-sdk/client-lambda'
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { refusedWith } from '../refused-with.ts'
import { functionZip } from '../sample-zip.ts'
import { lambdaRole, makeFunction, settled } from './calls.ts'

let FunctionName: string
let count = 0
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>

beforeAll(async () => {
  emulator = await startEmulator()
  clients = clientsFor(emulator)
})
afterAll(() => emulator.close())
beforeEach(() => {
  count += 1
  FunctionName = `function-${count}`
})

const make = (source: string, settings: Partial<CreateFunctionCommandInput> = {}) =>
  makeFunction(clients, FunctionName, { 'index.mjs': source }, settings)

async function invoke(event: unknown = {}, input: Partial<InvokeCommandInput> = {}) {
  const Payload = JSON.stringify(event)
  const answer = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload, ...input }))
  const text = answer.Payload?.transformToString() ?? ''
  return { ...answer, answered: text === '' ? undefined : (JSON.parse(text) as unknown) }
}

/** What an invocation of some code answers. */
async function answerOf(source: string, settings?: Partial<CreateFunctionCommandInput>) {
  await make(source, settings)
  const { answered, FunctionError } = await invoke({ n: 2 })
  return { answered, FunctionError }
}

describe('the code of a function', () => {
  it.each<[string, Record<string, string>, string, unknown]>([
    [
      'an ES module',
      { 'index.mjs': 'export const handler = async event => event.n * 2' },
      'index.handler',
      4,
    ],
    [
      'a synchronous handler',
      { 'index.mjs': 'export const handler = event => event.n * 2' },
      'index.handler',
      4,
    ],
    ['a CommonJS module', { 'index.js': 'exports.handler = async event => event.n * 2' }, 'index.handler', 4],
    [
      'a module that its package says to be one',
      {
        'index.js':
          'import { two } from "./two.js"\nexport async function run(event) { return event.n * two }',
        'two.js': 'export const two = 2',
        'package.json': '{"type":"module"}',
      },
      'index.run',
      4,
    ],
    [
      'a nested file and export',
      { 'src/a.cjs': 'module.exports = { b: { c: () => "nested" } }' },
      'src/a.b.c',
      'nested',
    ],
    [
      'a handler that answers nothing',
      { 'index.mjs': 'export const handler = async () => {}' },
      'index.handler',
      null,
    ],
  ])('runs from %s', async (_, files, Handler, expected) => {
    await makeFunction(clients, FunctionName, files, { Handler })
    expect(await invoke({ n: 2 })).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      answered: expected,
    })
  })

  it('answers by callback on Node.js 22, which Node.js 24 does not know any more', async () => {
    const source =
      'export const handler = (event, context, callback) => setTimeout(() => callback(null, event.n * 2), 1)'
    await make(source, { Runtime: 'nodejs22.x' })
    expect((await invoke({ n: 2 })).answered).toBe(4)
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Runtime: 'nodejs24.x' }))
    await settled(clients.lambda, FunctionName)
    expect(await invoke()).toMatchObject({
      FunctionError: 'Unhandled',
      answered: { errorType: 'Runtime.CallbackHandlerDeprecated' },
    })
  })

  it('loses what a synchronous handler returns on Node.js 22', async () => {
    expect((await answerOf('export const handler = () => 1', { Runtime: 'nodejs22.x' })).answered).toBeNull()
  })

  it('sees its own variables, those of Lambda, and an invocation in its context', async () => {
    await make(
      'export const handler = async (_, context) => ({ env: process.env, context, left: context.getRemainingTimeInMillis() })',
      {
        Environment: { Variables: { GREETING: 'hello' } },
        MemorySize: 256,
        Publish: true,
      },
    )
    await clients.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }))
    const { answered } = await invoke({}, { Qualifier: 'live' })
    expect(answered).toMatchObject({
      env: {
        GREETING: 'hello',
        AWS_REGION: 'us-east-1',
        AWS_LAMBDA_FUNCTION_NAME: FunctionName,
        AWS_LAMBDA_FUNCTION_VERSION: '1',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_ENDPOINT_URL: emulator.url,
        LAMBDA_TASK_ROOT: expect.any(String),
        _HANDLER: 'index.handler',
      },
      context: {
        functionName: FunctionName,
        functionVersion: '1',
        invokedFunctionArn: `arn:aws:lambda:us-east-1:111111111111:function:${FunctionName}:live`,
        memoryLimitInMB: '256',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    })
    const { left } = answered as { left: number }
    expect(left).toBeGreaterThan(1000)
    expect(left).toBeLessThanOrEqual(3000)
  })

  it('has nothing of the environment of whoever started the emulator', async () => {
    process.env.SECRET_OF_THE_TESTS = 'yes'
    expect(
      (await answerOf('export const handler = () => process.env.SECRET_OF_THE_TESTS ?? "none"')).answered,
    ).toBe('none')
    delete process.env.SECRET_OF_THE_TESTS
  })

  it('is its role when it calls AWS', async () => {
    const { answered } = await answerOf('export const handler = () => process.env')
    const { sts } = clientsFor(emulator, { env: answered as Record<string, string> })
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
    expect(Arn).toMatch(/^arn:aws:sts::111111111111:assumed-role\/runs\//)
  })
})

describe('a function that fails', () => {
  const failed = (errorType: string, errorMessage: string | RegExp) => ({
    FunctionError: 'Unhandled',
    answered: {
      errorType,
      errorMessage: typeof errorMessage === 'string' ? errorMessage : expect.stringMatching(errorMessage),
    },
  })

  it.each<[string, string, string, string | RegExp]>([
    [
      'throws',
      'export const handler = async () => { throw new RangeError("too far") }',
      'RangeError',
      'too far',
    ],
    ['throws what is no error', 'export const handler = async () => { throw "text" }', 'string', 'text'],
    ['throws while it is loaded', 'throw new TypeError("at once")', 'TypeError', 'at once'],
    ['imports what is not there', 'import "./gone.mjs"', 'Runtime.ImportModuleError', /Cannot find module/],
    ['is not JavaScript', 'export const handler = (', 'Runtime.UserCodeSyntaxError', /^SyntaxError/],
    [
      'exports no handler',
      'export const other = 1',
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'exports no function',
      'export const handler = 1',
      'Runtime.HandlerNotFound',
      'index.handler is not a function',
    ],
    [
      'exits',
      'export const handler = () => process.exit(3)',
      'Runtime.ExitError',
      /^RequestId: \S{36} Error: Runtime exited with error: exit status 3$/,
    ],
    [
      'exits without an error',
      'export const handler = () => process.exit(0)',
      'Runtime.ExitError',
      /Runtime exited without providing a reason$/,
    ],
    [
      'is killed',
      'export const handler = () => { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}) }',
      'Runtime.ExitError',
      /signal: killed$/,
    ],
    [
      'leaves a promise to itself',
      'export const handler = () => { Promise.reject(new Error("nobody waits")); return new Promise(() => {}) }',
      'Runtime.UnhandledPromiseRejection',
      'Error: nobody waits',
    ],
    [
      'throws later',
      'export const handler = () => { setTimeout(() => { throw new Error("later") }); return new Promise(() => {}) }',
      'Error',
      'later',
    ],
    [
      'takes too much memory',
      'export const handler = () => { const all = []; for (;;) all.push(new Array(1e6).fill(Math.random())) }',
      'Runtime.ExitError',
      /Runtime exited with error/,
    ],
  ])('that %s says so', async (_, source, errorType, message) => {
    expect(await answerOf(source, { Timeout: 30 })).toMatchObject(failed(errorType, message))
  })

  it('has a trace, and runs again', async () => {
    await make(
      'export const handler = event => { if (event.bad) throw new Error("bad"); return process.pid }',
    )
    const first = await invoke()
    const { answered } = await invoke({ bad: true })
    expect(answered).toMatchObject({ trace: expect.arrayContaining([expect.stringContaining('index.mjs')]) })
    expect((await invoke()).answered).toBe(first.answered)
  })

  it.each([
    ['waits', 'new Promise(() => {})'],
    ['does not let go', '(() => { for (;;); })()'],
  ])('is killed after its timeout when it %s, and starts anew', async (_, slow) => {
    await make(`export const handler = event => event.slow ? ${slow} : process.pid`, { Timeout: 1 })
    const { answered: first } = await invoke()
    const late = await invoke({ slow: true }, { LogType: 'Tail' })
    expect(late).toMatchObject(failed('Sandbox.Timedout', /Error: Task timed out after 1\.00 seconds$/))
    expect(logOf(late)).toMatch(/Task timed out after 1\.00 seconds\nEND/)
    expect(isAlive(first)).toBe(false)
    expect((await invoke()).answered).toEqual(expect.any(Number))
  })

  it('on another language says that the emulator runs none', async () => {
    expect(await answerOf('', { Runtime: 'python3.14' })).toMatchObject(
      failed('Runtime.InvalidEntrypoint', /not AWS.*Node.js only, not on python3.14/),
    )
  })
})

const logOf = ({ LogResult = '' }: { LogResult?: string | undefined }) =>
  Buffer.from(LogResult, 'base64').toString()

function isAlive(pid: unknown): boolean {
  try {
    return process.kill(pid as number, 0)
  } catch {
    return false
  }
}

describe('Invoke', () => {
  it('answers the end of the log when asked', async () => {
    await make(
      'export const handler = async () => { console.log("seen", { a: 1 }); process.stderr.write("raw\\n"); console.warn("x".repeat(5000)) }',
    )
    const { LogResult } = await invoke()
    expect(LogResult).toBeUndefined()
    const log = logOf(await invoke({}, { LogType: 'Tail' }))
    expect(Buffer.byteLength(log)).toBe(4096)
    expect(log).toMatch(
      /x\nraw\nEND RequestId: \S{36}\nREPORT RequestId: \S{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t\n$/,
    )
  })

  it('begins a log with the version, and writes as Lambda does', async () => {
    await make('export const handler = async () => { console.log("seen", { a: 1 }) }')
    expect(logOf(await invoke({}, { LogType: 'Tail' }))).toMatch(
      /^START RequestId: (\S{36}) Version: \$LATEST\n\d{4}-\S+Z\t\1\tINFO\tseen \{ a: 1 \}\nEND RequestId: \1\n/,
    )
  })

  it('takes and answers up to 6 MB', async () => {
    await make('export const handler = async event => "x".repeat(event.n ?? 0)')
    const large = { text: 'x'.repeat(6_291_456 - 11) }
    expect((await invoke(large)).answered).toBe('')
    await expect(invoke({ text: `${large.text}x` })).rejects.toMatchObject(
      refusedWith('RequestEntityTooLargeException', 'must be smaller than 6291456 bytes', 413),
    )
    expect((await invoke({ n: 6_291_554 })).answered).toHaveLength(6_291_554)
    expect(await invoke({ n: 6_291_555 })).toMatchObject({
      FunctionError: 'Unhandled',
      answered: { errorType: 'Function.ResponseSizeTooLarge' },
    })
  })

  it('takes nothing for an empty event, and refuses what is no JSON', async () => {
    await make('export const handler = async event => event')
    expect((await invoke({}, { Payload: '' })).answered).toEqual({})
    await expect(invoke('', { Payload: '{' })).rejects.toMatchObject(
      refusedWith('InvalidRequestContentException', 'Could not parse request body into json'),
    )
  })

  it('accepts an event of up to 1 MB at once, and runs it then', async () => {
    await make('export const handler = () => new Promise(resolve => setTimeout(resolve, 200))')
    const event = await invoke({}, { InvocationType: 'Event' })
    expect([event.StatusCode, event.answered]).toEqual([202, undefined])
    await expect.poll(() => sumOf('Invocations', { FunctionName })).toBe(1)
    const InvocationType = 'Event'
    await expect(invoke('x'.repeat(1_048_576), { InvocationType })).rejects.toMatchObject(
      refusedWith('RequestEntityTooLargeException', 'limit 1048576 bytes', 413),
    )
  })

  it('runs nothing when dry', async () => {
    await make('process.exit(1)')
    expect(await invoke({}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 })
    expect(await sumOf('Invocations', { FunctionName })).toBeUndefined()
  })

  it('refuses a version that is not there', async () => {
    await make('export const handler = async () => 1')
    expect(await refusal(invoke({}, { Qualifier: '9' }))).toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('refuses a version that is still being made', async () => {
    const slow = await startEmulator({ lambdaUpdateMs: 3_600_000 })
    const { lambda, iam } = clientsFor(slow)
    const Code = { ZipFile: functionZip({ 'index.mjs': 'export const handler = async () => 1' }) }
    const settings = { Runtime: 'nodejs24.x', Handler: 'index.handler', Publish: true } as const
    const Role = await lambdaRole(iam, 'runs')
    await lambda.send(new CreateFunctionCommand({ FunctionName, Role, Code, ...settings }))
    const call = () => lambda.send(new InvokeCommand({ FunctionName, Qualifier: '1' }))
    await expect(call()).rejects.toMatchObject(
      refusedWith('ResourceConflictException', 'state: Pending', 409),
    )
    slow.advanceClock(3_600_000)
    expect((await call()).Payload?.transformToString()).toBe('1')
    await slow.close()
  })

  it('is throttled beyond the concurrency that is reserved', async () => {
    await make('export const handler = () => new Promise(resolve => setTimeout(resolve, 500))')
    const reserve = (ReservedConcurrentExecutions: number) =>
      clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }))
    await reserve(0)
    await expect(invoke()).rejects.toMatchObject({
      ...refusedWith('TooManyRequestsException', 'Rate Exceeded', 429),
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    })
    await reserve(1)
    const outcomes = await Promise.allSettled([invoke(), invoke()])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await sumOf('Throttles', { FunctionName })).toBe(2)
    expect(await sumOf('Invocations', { FunctionName })).toBe(1)
  })
})

describe('a process', () => {
  const source = 'let calls = 0\nexport const handler = () => ({ pid: process.pid, calls: ++calls })'

  it('stays warm for one version, and another version has its own', async () => {
    await make(source, { Publish: true })
    const [first, second] = [await invoke(), await invoke()]
    expect([first.answered, second.answered]).toMatchObject([{ calls: 1 }, { calls: 2 }])
    expect((await invoke({}, { Qualifier: '1' })).answered).toMatchObject({ calls: 1 })
  })

  it('ends when its version is changed or deleted', async () => {
    await make(source, { Publish: true })
    const pidOf = async (Qualifier?: string) =>
      ((await invoke({}, Qualifier ? { Qualifier } : {})).answered as { pid: number }).pid
    const [latest, published] = [await pidOf(), await pidOf('1')]
    const ZipFile = functionZip({ 'index.mjs': `${source}\n// changed` })
    await clients.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }))
    await expect.poll(() => isAlive(latest)).toBe(false)
    await settled(clients.lambda, FunctionName)
    expect(isAlive(published)).toBe(true)
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }))
    await expect.poll(() => isAlive(published)).toBe(false)
    const again = await pidOf()
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName }))
    await expect.poll(() => isAlive(again)).toBe(false)
  })

  it('is replaced when it ended while nobody used it', async () => {
    await make('export const handler = () => { setTimeout(() => process.exit(1), 20); return process.pid }')
    const { answered: pid } = await invoke()
    await expect.poll(() => isAlive(pid)).toBe(false)
    const next = await invoke()
    expect([next.FunctionError, next.answered]).toEqual([undefined, expect.any(Number)])
  })

  it('is one of few: further invocations wait', async () => {
    await make('export const handler = () => new Promise(resolve => setTimeout(resolve, 50, process.pid))')
    const answers = await Promise.all(Array.from({ length: 10 }, () => invoke()))
    const pids = new Set(answers.map(({ answered }) => answered))
    expect([pids.size <= 2, pids.has(undefined)]).toEqual([true, false])
  })

  it('makes room for another version when there are many', async () => {
    const first = FunctionName
    await make('export const handler = () => process.pid', { Publish: true })
    const { answered: pid } = await invoke()
    for (let index = 0; index < 8; index += 1) {
      FunctionName = `${first}-${index}`
      await make('export const handler = () => process.pid')
      await invoke()
    }
    expect(isAlive(pid)).toBe(false)
  })
})

/** The sum of a metric of Lambda in the last hour; undefined without any data. */
async function sumOf(MetricName: string, dimensions: Record<string, string>, Stat = 'Sum') {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
  const MetricStat = { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 3600, Stat }
  const { MetricDataResults } = await clients.cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'a', MetricStat }],
      StartTime: new Date(emulator.now() - 1_800_000),
      EndTime: new Date(emulator.now() + 1_800_000),
    }),
  )
  return MetricDataResults?.[0]?.Values?.[0]
}

describe('the metrics', () => {
  it('count invocations, errors and time by function, by what was invoked, and by the version that an alias chose', async () => {
    await make('export const handler = async event => { if (event.bad) throw new Error("bad") }', {
      Publish: true,
    })
    await clients.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }))
    await settled(clients.lambda, FunctionName)
    for (const bad of [true, false, false]) await invoke({ bad }, { Qualifier: 'live' })
    await invoke({ bad: true }, { Qualifier: '1' })
    await invoke()
    const Resource = `${FunctionName}:live`
    const counts = async (dimensions: Record<string, string>) => [
      await sumOf('Invocations', dimensions),
      await sumOf('Errors', dimensions),
    ]
    expect(await counts({ FunctionName })).toEqual([5, 2])
    expect(await counts({ FunctionName, Resource })).toEqual([3, 1])
    expect(await counts({ FunctionName, Resource, ExecutedVersion: '1' })).toEqual([3, 1])
    expect(await counts({ FunctionName, Resource: `${FunctionName}:1` })).toEqual([1, 1])
    expect(await counts({ FunctionName, Resource: `${FunctionName}:1`, ExecutedVersion: '1' })).toEqual([
      undefined,
      undefined,
    ])
    expect(await counts({ FunctionName, Resource: FunctionName })).toEqual([1, 0])
    expect(await sumOf('Errors', { FunctionName, Resource }, 'SampleCount')).toBe(3)
    expect(await sumOf('Throttles', { FunctionName, Resource })).toBe(0)
    expect(await sumOf('Duration', { FunctionName, Resource }, 'p99')).toBeGreaterThan(0)
  })
})
