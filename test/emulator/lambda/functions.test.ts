import { createHash } from 'node:crypto'
import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { refusedWith } from '../refused-with.ts'
import { pushImage, sampleImage, sampleIndex } from '../sample-image.ts'
import { sampleZip } from '../sample-zip.ts'
import { lambdaRole, settled } from './calls.ts'

const Role = 'arn:aws:iam::111111111111:role/runs'
const zip = { Role, Runtime: 'nodejs24.x', Handler: 'index.handler' } as const
const registry = '111111111111.dkr.ecr.us-east-1.amazonaws.com'
const hash = (name: string) => createHash('sha256').update(sampleZip(name)).digest('base64')
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>

beforeAll(async () => {
  emulator = await startEmulator()
  clients = clientsFor(emulator)
  const { ecr, s3, iam } = clients
  await lambdaRole(iam, 'runs')
  await s3.send(new CreateBucketCommand({ Bucket: 'code' }))
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'code', VersioningConfiguration }))
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'images' }))
})
afterAll(() => emulator.close())

async function object(Key: string, name: string) {
  const Body = sampleZip(name)
  const { VersionId } = await clients.s3.send(new PutObjectCommand({ Bucket: 'code', Key, Body }))
  return { S3Bucket: 'code', S3Key: Key, S3ObjectVersion: VersionId }
}

async function create(FunctionName: string, name: string, extra: { Publish?: boolean } = {}) {
  const input = { FunctionName, ...zip, Code: { ZipFile: sampleZip(name) }, ...extra }
  const made = await clients.lambda.send(new CreateFunctionCommand(input))
  await settled(clients.lambda, FunctionName)
  return made
}

/** An emulator where a change takes so many milliseconds. */
async function startSlow(lambdaUpdateMs: number) {
  const slow = await startEmulator({ lambdaUpdateMs })
  const { lambda, iam } = clientsFor(slow)
  await lambdaRole(iam, 'runs')
  return { slow, lambda }
}

describe('a function made from a zip in S3', () => {
  it('has the SHA-256 of exactly the bytes of that version of the object', async () => {
    const first = await object('zip', 'one')
    const { S3Bucket, S3Key } = await object('zip', 'two')
    const FunctionName = 'from-s3'
    const made = await clients.lambda.send(new CreateFunctionCommand({ FunctionName, ...zip, Code: first }))
    const CodeSize = sampleZip('one').length
    expect(made).toMatchObject({ CodeSha256: hash('one'), Version: '$LATEST', CodeSize, State: 'Pending' })
    await settled(clients.lambda, FunctionName)
    const updated = await clients.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, S3Bucket, S3Key }),
    )
    expect(updated.CodeSha256).toBe(hash('two'))
    expect(updated.RevisionId).not.toBe(made.RevisionId)
  })

  it.each([
    ['a key', { S3Bucket: 'code', S3Key: 'absent' }, 'NoSuchKey'],
    ['a bucket', { S3Bucket: 'absent', S3Key: 'zip' }, 'NoSuchBucket'],
    ['a version', { S3Bucket: 'code', S3Key: 'zip', S3ObjectVersion: 'x' }, 'NoSuchVersion'],
  ])('is refused when there is no such %s', async (_, Code, s3Code) => {
    const call = clients.lambda.send(new CreateFunctionCommand({ FunctionName: 'refused', ...zip, Code }))
    await expect(call).rejects.toMatchObject(
      refusedWith('InvalidParameterValueException', `S3 Error Code: ${s3Code}`),
    )
  })

  it('is refused when the bucket is in another region', async () => {
    const { lambda } = clientsFor(emulator, { region: 'eu-west-1' })
    const Code = await object('here', 'x')
    await expect(
      lambda.send(new CreateFunctionCommand({ FunctionName: 'far', ...zip, Code })),
    ).rejects.toThrow(/this region: us-east-1/)
  })
})

describe('a function made from an image', () => {
  const createImage = (FunctionName: string, ImageUri: string) =>
    clients.lambda.send(
      new CreateFunctionCommand({ FunctionName, Role, PackageType: 'Image', Code: { ImageUri } }),
    )

  it('keeps the digest that the tag had, also after the tag moved on', async () => {
    const { ecr, lambda } = clients
    const [before, after] = [sampleImage('before'), sampleImage('after')]
    await pushImage(ecr, 'images', before, 'v1')
    const ImageUri = `${registry}/images:v1`
    const FunctionName = 'from-image'
    const made = await createImage(FunctionName, ImageUri)
    expect(made.CodeSha256).toBe(before.digest.slice(7))
    await settled(lambda, FunctionName)
    await lambda.send(new PublishVersionCommand({ FunctionName }))
    await pushImage(ecr, 'images', after, 'v1')
    const code = async (Qualifier: string) =>
      (await lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }))).Code
    const resolved = (digest: string) => `${registry}/images@${digest}`
    expect(await code('$LATEST')).toMatchObject({ ImageUri, ResolvedImageUri: resolved(before.digest) })
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ImageUri }))
    expect(await code('$LATEST')).toMatchObject({ ImageUri, ResolvedImageUri: resolved(after.digest) })
    expect(await code('1')).toMatchObject({ ResolvedImageUri: resolved(before.digest) })
  })

  it('can name the image by its digest', async () => {
    const image = sampleImage('by digest')
    await pushImage(clients.ecr, 'images', image, 'v2')
    const ImageUri = `${registry}/images@${image.digest}`
    await createImage('by-digest', ImageUri)
    const { Code } = await clients.lambda.send(new GetFunctionCommand({ FunctionName: 'by-digest' }))
    expect(Code).toMatchObject({ ImageUri, ResolvedImageUri: ImageUri, RepositoryType: 'ECR' })
  })

  it('can name the repository as ECR here says it', async () => {
    const image = sampleImage('by host')
    await pushImage(clients.ecr, 'images', image, 'v3')
    const made = await createImage('by-host', `${new URL(emulator.url).host}/images:v3`)
    expect(made.CodeSha256).toBe(image.digest.slice(7))
  })

  it('is refused without the image, for an index, and from another registry', async () => {
    const children = [sampleImage('amd'), sampleImage('arm')]
    for (const child of children) await pushImage(clients.ecr, 'images', child)
    const { manifest, mediaType } = sampleIndex(children)
    const imageManifest = { imageManifest: manifest, imageManifestMediaType: mediaType }
    await clients.ecr.send(
      new PutImageCommand({ repositoryName: 'images', imageTag: 'multi', ...imageManifest }),
    )
    for (const [uri, message] of [
      [`${registry}/images:absent`, /does not exist/],
      [`${registry}/images:multi`, /media type .* not supported/],
      ['docker.io/library/node:24', /not valid/],
    ] as const) {
      const call = createImage('refused', uri)
      await expect(call).rejects.toThrow(message)
      expect(await refusal(call)).toEqual({ name: 'InvalidParameterValueException', status: 400 })
    }
  })
})

describe('a published version', () => {
  it('is made only when code or configuration changed', async () => {
    const FunctionName = 'versions'
    const publish = async () =>
      (await clients.lambda.send(new PublishVersionCommand({ FunctionName }))).Version
    expect((await create(FunctionName, 'one', { Publish: true })).Version).toBe('1')
    expect(await publish()).toBe('1')
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 512 }))
    await settled(clients.lambda, FunctionName)
    expect([await publish(), await publish()]).toEqual(['2', '2'])
    const ZipFile = sampleZip('two')
    const third = await clients.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }),
    )
    expect(third).toMatchObject({ Version: '3', FunctionArn: expect.stringMatching(/:versions:3$/) })
    const read = (Qualifier: string) =>
      clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }))
    expect(await read('1')).toMatchObject({ MemorySize: 128, CodeSha256: hash('one') })
    expect(await read('2')).toMatchObject({ MemorySize: 512, CodeSha256: hash('one') })
    expect(await read('3')).toMatchObject({ MemorySize: 512, CodeSha256: hash('two') })
  })

  it('has a number that is never used again', async () => {
    const FunctionName = 'numbers'
    await create(FunctionName, 'one', { Publish: true })
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }))
    const again = await clients.lambda.send(new PublishVersionCommand({ FunctionName }))
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName }))
    const anew = await create(FunctionName, 'one', { Publish: true })
    expect([again.Version, anew.Version]).toEqual(['2', '3'])
  })

  it('is guarded by the hash of the code and by the revision', async () => {
    const FunctionName = 'guarded'
    const { RevisionId } = await create(FunctionName, 'one')
    const publish = (guard: { CodeSha256?: string; RevisionId?: string | undefined }) =>
      clients.lambda.send(new PublishVersionCommand({ FunctionName, ...guard }))
    expect(await refusal(publish({ CodeSha256: hash('other') }))).toEqual({
      name: 'InvalidParameterValueException',
      status: 400,
    })
    expect(await refusal(publish({ RevisionId: 'stale' }))).toEqual({
      name: 'PreconditionFailedException',
      status: 412,
    })
    expect((await publish({ CodeSha256: hash('one'), RevisionId })).Version).toBe('1')
  })
})

it('refuses changes based on a stale revision, with 412', async () => {
  const FunctionName = 'stale'
  const { RevisionId } = await create(FunctionName, 'one')
  const configure = (Timeout: number) =>
    clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout, RevisionId }))
  await configure(10)
  await settled(clients.lambda, FunctionName)
  const stale = { name: 'PreconditionFailedException', status: 412 }
  expect(await refusal(configure(20))).toEqual(stale)
  const ZipFile = sampleZip('two')
  const code = clients.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, RevisionId }))
  expect(await refusal(code)).toEqual(stale)
  const now = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
  expect(now).toMatchObject({ Timeout: 10, CodeSha256: hash('one') })
})

it('answers 409 while a change is in progress', async () => {
  const { slow, lambda } = await startSlow(600_000)
  const FunctionName = 'slow'
  const Code = { ZipFile: sampleZip('one') }
  const made = await lambda.send(new CreateFunctionCommand({ FunctionName, ...zip, Code }))
  expect([made.State, made.LastUpdateStatus]).toEqual(['Pending', undefined])
  const publish = () => lambda.send(new PublishVersionCommand({ FunctionName }))
  expect(await refusal(publish())).toEqual({ name: 'ResourceConflictException', status: 409 })
  slow.advanceClock(600_000)
  const configure = (Timeout: number) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }))
  const updated = await configure(9)
  expect([updated.State, updated.LastUpdateStatus]).toEqual(['Active', 'InProgress'])
  await expect(configure(10)).rejects.toThrow(/An update is in progress for resource: arn:aws:lambda/)
  slow.advanceClock(600_000)
  expect(await publish()).toMatchObject({ Version: '1', Timeout: 9 })
  await slow.close()
})

it('lets a waiter see the end of a change', async () => {
  const { slow, lambda } = await startSlow(100)
  const FunctionName = 'waited'
  const Code = { ZipFile: sampleZip('one') }
  await lambda.send(new CreateFunctionCommand({ FunctionName, ...zip, Code }))
  const waiter = { client: lambda, maxWaitTime: 50, minDelay: 0.05, maxDelay: 0.05 }
  expect((await waitUntilFunctionUpdatedV2(waiter, { FunctionName })).state).toBe('SUCCESS')
  await slow.close()
})

it('is pending until somebody looks, or for five seconds', async () => {
  const { lambda } = clients
  const FunctionName = 'unseen'
  const Code = { ZipFile: sampleZip('one') }
  const made = await lambda.send(new CreateFunctionCommand({ FunctionName, ...zip, Code }))
  expect([made.State, made.StateReasonCode]).toEqual(['Pending', 'Creating'])
  const configure = (Timeout: number) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }))
  await expect(configure(4)).rejects.toMatchObject(
    refusedWith(
      'ResourceConflictException',
      'The function is currently in the following state: Pending',
      409,
    ),
  )
  const seen = await lambda.send(new GetFunctionCommand({ FunctionName }))
  expect(seen.Configuration).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' })
  expect((await configure(4)).LastUpdateStatus).toBe('InProgress')
  expect((await refusal(configure(5))).name).toBe('ResourceConflictException')
  emulator.advanceClock(5000)
  expect((await configure(5)).Timeout).toBe(5)
})

it('does not know a function of another account or region', async () => {
  await create('mine', 'one')
  const read = new GetFunctionCommand({ FunctionName: 'mine' })
  for (const other of [{ region: 'eu-west-1' }, { env: emulator.credentials({ account: '222222222222' }) }]) {
    const call = clientsFor(emulator, other).lambda.send(read)
    expect(await refusal(call)).toEqual({ name: 'ResourceNotFoundException', status: 404 })
  }
  const byArn = 'arn:aws:lambda:us-east-1:111111111111:function:mine'
  const found = await clients.lambda.send(new GetFunctionCommand({ FunctionName: byArn }))
  expect(found.Configuration?.FunctionArn).toBe(byArn)
})

it('lists functions and versions, page by page', async () => {
  const env = emulator.credentials({ account: '333333333333' })
  const { lambda: lister, iam } = clientsFor(emulator, { env })
  const own = { ...zip, Role: await lambdaRole(iam, 'runs') }
  for (const FunctionName of ['a', 'b', 'c']) {
    const Code = { ZipFile: sampleZip(FunctionName) }
    await lister.send(new CreateFunctionCommand({ FunctionName, ...own, Code, Publish: true }))
  }
  const first = await lister.send(new ListFunctionsCommand({ MaxItems: 2 }))
  const second = await lister.send(new ListFunctionsCommand({ MaxItems: 2, Marker: first.NextMarker }))
  const names = [...(first.Functions ?? []), ...(second.Functions ?? [])].map(item => item.FunctionName)
  expect([names, second.NextMarker]).toEqual([['a', 'b', 'c'], undefined])
  const { Versions } = await lister.send(new ListVersionsByFunctionCommand({ FunctionName: 'a' }))
  expect(Versions?.map(item => item.Version)).toEqual(['$LATEST', '1'])
})

it('keeps tags and reserved concurrency', async () => {
  const FunctionName = 'settings'
  const { FunctionArn: Resource = '' } = await create(FunctionName, 'one')
  await clients.lambda.send(new TagResourceCommand({ Resource, Tags: { team: 'a', left: 'b' } }))
  await clients.lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['left'] }))
  expect((await clients.lambda.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ team: 'a' })
  const reserved = { FunctionName, ReservedConcurrentExecutions: 5 }
  await clients.lambda.send(new PutFunctionConcurrencyCommand(reserved))
  const whole = await clients.lambda.send(new GetFunctionCommand({ FunctionName }))
  expect([whole.Tags, whole.Concurrency?.ReservedConcurrentExecutions]).toEqual([{ team: 'a' }, 5])
  await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
  const none = await clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))
  expect(none.ReservedConcurrentExecutions).toBeUndefined()
})

it('logs operation, resource and whether it was a write', async () => {
  await create('logged', 'one', { Publish: true })
  emulator.clearRequests()
  const FunctionName = 'logged'
  await clients.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier: '1' }))
  await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 4 }))
  await refusal(create('logged', 'two'))
  expect(
    emulator
      .requests()
      .map(({ service, operation, resource, write }) => [service, operation, resource, write]),
  ).toEqual([
    ['lambda', 'GetFunction', 'logged:1', false],
    ['lambda', 'UpdateFunctionConfiguration', 'logged', true],
    ['lambda', 'CreateFunction', 'logged', true],
  ])
  expect(emulator.requests().at(-1)?.errorCode).toBe('ResourceConflictException')
})
