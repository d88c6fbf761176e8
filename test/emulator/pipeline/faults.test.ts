import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
} from '@aws-sdk/client-ecr'
import { DescribeClustersCommand } from '@aws-sdk/client-ecs'
import { CreateOpenIDConnectProviderCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import { CreateFunctionCommand, GetFunctionCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator, FaultKind } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { lambdaRole } from '../lambda/calls.ts'
import { sampleZip } from '../sample-zip.ts'

let emulator: Emulator
let clients: ReturnType<typeof clientsFor>
const Bucket = 'faults'
const put = (Key: string, IfNoneMatch?: string, s3 = clients.s3) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch }))
const exists = async (Key: string) => {
  try {
    await clients.s3.send(new HeadObjectCommand({ Bucket, Key }))
    return true
  } catch {
    return false
  }
}

beforeAll(async () => {
  emulator = await startEmulator()
  clients = clientsFor(emulator)
  await clients.s3.send(new CreateBucketCommand({ Bucket }))
  await clients.ecr.send(new CreateRepositoryCommand({ repositoryName: 'repo' }))
  await put('source')
})
beforeEach(() => emulator.clearRequests())
afterEach(() => emulator.clearFaults())
afterAll(() => emulator.close())

describe('errors', () => {
  const cases: [FaultKind, string, string, string][] = [
    ['throttle', 'ThrottlingException', 'SlowDown', 'Throttling'],
    ['error500', 'ServerException', 'InternalError', 'InternalFailure'],
    ['error503', 'ServiceUnavailableException', 'ServiceUnavailable', 'ServiceUnavailable'],
    ['expired-token', 'ExpiredTokenException', 'ExpiredToken', 'ExpiredToken'],
    ['access-denied', 'AccessDeniedException', 'AccessDenied', 'AccessDenied'],
  ]
  it.each(cases)('%s is worded as each service words it', async (kind, ecr, s3, sts) => {
    emulator.inject({ operation: () => true, kind })
    const names = [
      await refusal(clients.ecr.send(new DescribeRepositoriesCommand({}))),
      await refusal(put(`error-${kind}`)),
      await refusal(clients.sts.send(new GetCallerIdentityCommand({}))),
    ].map(({ name }) => name)
    expect(names).toEqual([ecr, s3, sts])
    emulator.clearFaults()
    expect(await exists(`error-${kind}`)).toBe(false)
  })

  it('strike `times` requests after `skip` others', async () => {
    emulator.inject({ operation: 'PutObject', kind: 'error500', skip: 1, times: 1 })
    const outcomes = []
    for (const key of ['a', 'b', 'c'])
      outcomes.push(...(await Promise.allSettled([put(key)])).map(({ status }) => status))
    expect(outcomes).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(emulator.requests().map(({ status, fault }) => [status, fault])).toEqual([
      [200, undefined],
      [500, 'error500'],
      [200, undefined],
    ])
  })
})

describe('errors of the services that a rollout uses', () => {
  const calls = {
    lambda: () => clients.lambda.send(new ListFunctionsCommand({})),
    ecs: () => clients.ecs.send(new DescribeClustersCommand({})),
    cloudwatch: () => clients.cloudwatch.send(new DescribeAlarmsCommand({})),
    iam: () => clients.iam.send(new GetRoleCommand({ RoleName: 'x' })),
  }
  const cases: [FaultKind, keyof typeof calls, string, number][] = [
    ['throttle', 'lambda', 'TooManyRequestsException', 429],
    ['throttle', 'ecs', 'ThrottlingException', 400],
    ['throttle', 'cloudwatch', 'ThrottlingException', 400],
    ['throttle', 'iam', 'Throttling', 400],
    ['error500', 'lambda', 'ServiceException', 500],
    ['error500', 'ecs', 'ServerException', 500],
    ['error500', 'cloudwatch', 'InternalServiceFault', 500],
    ['error500', 'iam', 'ServiceFailureException', 500],
    ['error503', 'lambda', 'ServiceUnavailableException', 503],
    ['error503', 'iam', 'ServiceUnavailable', 503],
    ['conflict-409', 'lambda', 'ResourceConflictException', 409],
    ['conflict-409', 'iam', 'ConcurrentModificationException', 409],
    ['expired-token', 'lambda', 'ExpiredTokenException', 403],
    ['expired-token', 'ecs', 'ExpiredTokenException', 400],
    ['expired-token', 'cloudwatch', 'ExpiredTokenException', 400],
    ['expired-token', 'iam', 'ExpiredToken', 403],
    ['access-denied', 'lambda', 'AccessDeniedException', 403],
    ['access-denied', 'ecs', 'AccessDeniedException', 400],
    ['access-denied', 'iam', 'AccessDenied', 403],
  ]
  it.each(cases)('%s of %s is %s (%i)', async (kind, service, name, status) => {
    emulator.inject({ operation: () => true, kind })
    expect(await refusal(calls[service]())).toEqual({ name, status })
  })

  it('leave a write that was cut off applied, so that its retry finds it', async () => {
    const retrying = clientsFor(emulator, { maxAttempts: 3 })
    const settings = {
      Role: await lambdaRole(clients.iam, 'runs'),
      Runtime: 'nodejs24.x',
      Handler: 'a.b',
    } as const
    const input = { FunctionName: 'cut', ...settings, Code: { ZipFile: sampleZip('zip') } }
    emulator.inject({ operation: 'CreateFunction', kind: 'reset-after', times: 1 })
    const call = retrying.lambda.send(new CreateFunctionCommand(input))
    expect(await refusal(call)).toEqual({ name: 'ResourceConflictException', status: 409 })
    await clients.lambda.send(new GetFunctionCommand({ FunctionName: 'cut' }))
    emulator.inject({ operation: 'CreateOpenIDConnectProvider', kind: 'reset-after', times: 1 })
    const provider = new CreateOpenIDConnectProviderCommand({ Url: 'https://ci.example' })
    expect((await refusal(retrying.iam.send(provider))).name).toBe('EntityAlreadyExistsException')
  })
})

describe('the connection', () => {
  it.each([
    ['reset-before', false],
    ['reset-after', true],
    ['cut-body', true],
  ] as const)('%s: the write is there afterwards: %s', async (kind, applied) => {
    emulator.inject({ operation: 'PutObject', kind })
    await expect(put(kind)).rejects.toThrow()
    expect(await exists(kind)).toBe(applied)
  })

  it.each([
    ['timeout', 'before', false],
    ['timeout-after', 'after', true],
  ] as const)('%s: the client hears nothing', async (kind, actionAt, applied) => {
    // Gives up only once the request has arrived.
    const client = new AbortController()
    emulator.inject({ operation: 'PutObject', kind, actionAt, action: () => client.abort() })
    const write = new PutObjectCommand({ Bucket, Key: kind, Body: 'x' })
    await expect(clients.s3.send(write, { abortSignal: client.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(await exists(kind)).toBe(applied)
  })

  it('cut in the middle of a body gives half of it', async () => {
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'whole', Body: 'x'.repeat(100) }))
    emulator.clearRequests()
    emulator.inject({ operation: 'GetObject', kind: 'cut-body' })
    const read = clients.s3
      .send(new GetObjectCommand({ Bucket, Key: 'whole' }))
      .then(answer => answer.Body?.transformToString())
    await expect(read).rejects.toThrow()
    expect(emulator.requests()).toMatchObject([{ status: 200, responseBytes: 50 }])
    await expect(clients.ecr.send(new DescribeRepositoriesCommand({}))).resolves.toBeDefined()
  })
})

describe('with status 200', () => {
  it('and an error inside, CopyObject applies nothing unless told', async () => {
    const copy = (Key: string) =>
      clients.s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source` }))
    emulator.inject({ operation: 'CopyObject', kind: 'error-in-200', times: 1 })
    await expect(copy('not-applied')).rejects.toThrow()
    emulator.inject({ operation: 'CopyObject', kind: 'error-in-200', times: 1, apply: true })
    await expect(copy('applied')).rejects.toThrow()
    expect([await exists('not-applied'), await exists('applied')]).toEqual([false, true])
  })

  it('and an empty object inside, ECR answers with neither images nor failures', async () => {
    emulator.inject({ operation: 'BatchGetImage', kind: 'error-in-200' })
    const answer = await clients.ecr.send(
      new BatchGetImageCommand({ repositoryName: 'repo', imageIds: [{ imageTag: 'a' }] }),
    )
    expect([answer.images, answer.failures]).toEqual([undefined, undefined])
  })
})

describe('an action', () => {
  it('runs before the request is applied, so that somebody else can be first', async () => {
    emulator.inject({
      operation: 'PutObject',
      kind: 'delay',
      times: 1,
      action: async () => void (await put('raced', '*')),
    })
    expect((await refusal(put('raced', '*'))).status).toBe(412)
  })

  it('or after it, before the answer', async () => {
    const seen: boolean[] = []
    emulator.inject({
      operation: ({ operation, resource, account }) =>
        operation === 'PutObject' && resource === `${Bucket}/later` && account === emulator.account,
      kind: 'delay',
      actionAt: 'after',
      action: async () => void seen.push(await exists('later')),
    })
    await put('later')
    expect(seen).toEqual([true])
  })
})

describe('pace', () => {
  it('throttles what goes over a quota, per account', async () => {
    const paced = await startEmulator({ quotas: { DescribeRepositories: 3 }, quotaNow: () => 0 })
    const { ecr } = clientsFor(paced)
    const other = clientsFor(paced, { env: paced.credentials({ account: '222222222222' }) }).ecr
    const calls = Array.from({ length: 6 }, () =>
      refusal(ecr.send(new DescribeRepositoriesCommand({}))).catch(() => undefined),
    )
    const refused = (await Promise.all(calls)).filter(outcome => outcome?.name === 'ThrottlingException')
    expect(refused).toHaveLength(3)
    await other.send(new DescribeRepositoriesCommand({}))
    await paced.close()
  })

  it('adds latency by operation', async () => {
    const slow = await startEmulator({
      latencyMs: operation => (operation === 'DescribeRepositories' ? 80 : 0),
    })
    await clientsFor(slow).ecr.send(new DescribeRepositoriesCommand({}))
    expect(slow.requests()[0]?.durationMs).toBeGreaterThanOrEqual(75)
    await slow.close()
  })
})

it('logs who asked for what, in order, with sizes', async () => {
  await put('logged')
  await exists('logged')
  expect(emulator.requests()).toMatchObject([
    {
      service: 's3',
      operation: 'PutObject',
      write: true,
      resource: `${Bucket}/logged`,
      account: emulator.account,
      region: 'us-east-1',
      requestBytes: 1,
      status: 200,
    },
    { operation: 'HeadObject', write: false, responseBytes: 0, status: 200 },
  ])
})
