import { request } from 'node:http'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { s3Calls } from '../calls.ts'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { authorization } from '../raw-calls.ts'

let emulator: Emulator
let s3: ReturnType<typeof clientsFor>['s3']
let stranger: ReturnType<typeof clientsFor>['s3']
const Bucket = 'artifacts'
const body = 'the zip'
const other = '222222222222'

beforeAll(async () => {
  emulator = await startEmulator()
  s3 = clientsFor(emulator).s3
  stranger = clientsFor(emulator, { env: emulator.credentials({ account: other }) }).s3
  await s3.send(new CreateBucketCommand({ Bucket }))
  for (const key of ['source', 'kept']) await put(key)
})
afterAll(() => emulator.close())

const { put } = s3Calls(() => s3, Bucket, body)

describe('buckets', () => {
  it('are one namespace for all accounts, and private', async () => {
    expect((await refusal(stranger.send(new CreateBucketCommand({ Bucket })))).name).toBe(
      'BucketAlreadyExists',
    )
    expect((await refusal(stranger.send(new HeadBucketCommand({ Bucket })))).status).toBe(403)
  })

  it('answer 301 with their region to a request for another', async () => {
    const elsewhere = clientsFor(emulator, { region: 'eu-west-1' }).s3
    expect(await refusal(elsewhere.send(new GetObjectCommand({ Bucket, Key: 'source' })))).toEqual({
      name: 'PermanentRedirect',
      status: 301,
    })
    const head = elsewhere.send(new HeadBucketCommand({ Bucket }))
    expect((await refusal(head)).status).toBe(301)
    const raw = await fetch(`${emulator.url}/${Bucket}`, {
      method: 'HEAD',
      headers: { authorization: authorization(emulator.env, 's3', 'eu-west-1') },
    })
    expect(raw.headers.get('x-amz-bucket-region')).toBe('us-east-1')
  })

  it('answer 400 to a signature for another region when they are named as a host', async () => {
    const { hostname, port } = new URL(emulator.url)
    const signature = authorization(emulator.env, 's3', 'eu-west-1')
    const headers = { host: `${Bucket}.s3.amazonaws.com`, authorization: signature }
    const answer = await new Promise<[number | undefined, unknown]>(resolve => {
      request({ hostname, port, path: '/', headers }, ({ statusCode, headers: answered }) =>
        resolve([statusCode, answered['x-amz-bucket-region']]),
      ).end()
    })
    expect(answer).toEqual([400, 'us-east-1'])
  })

  it('have a location, and one that is yours already says so outside us-east-1', async () => {
    const elsewhere = clientsFor(emulator, { region: 'eu-west-1' }).s3
    const create = () =>
      elsewhere.send(
        new CreateBucketCommand({
          Bucket: 'in-europe',
          CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
        }),
      )
    await create()
    expect((await refusal(create())).name).toBe('BucketAlreadyOwnedByYou')
    expect(
      (await elsewhere.send(new GetBucketLocationCommand({ Bucket: 'in-europe' }))).LocationConstraint,
    ).toBe('eu-west-1')
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined()
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(bucket => bucket.Name)).toContain(
      'in-europe',
    )
  })

  it('open to another account by policy', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${other}:root` },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/source`,
    }
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement: [statement] }) }))
    const read = await stranger.send(new GetObjectCommand({ Bucket, Key: 'source' }))
    expect(await read.Body?.transformToString()).toBe(body)
    expect((await refusal(stranger.send(new GetObjectCommand({ Bucket, Key: 'kept' })))).status).toBe(403)
  })

  it('keep configurations, and name those that are missing', async () => {
    const name = 'configured'
    await s3.send(new CreateBucketCommand({ Bucket: name }))
    const lifecycle = new GetBucketLifecycleConfigurationCommand({ Bucket: name })
    expect(await refusal(s3.send(lifecycle))).toEqual({ name: 'NoSuchLifecycleConfiguration', status: 404 })
    const Rules = [
      { ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'builds/' }, Expiration: { Days: 30 } },
    ]
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration: { Rules } }),
    )
    expect((await s3.send(lifecycle)).Rules).toEqual(Rules)
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket: name }))
    expect((await refusal(s3.send(lifecycle))).name).toBe('NoSuchLifecycleConfiguration')
    expect((await refusal(s3.send(new GetBucketPolicyCommand({ Bucket: name })))).name).toBe(
      'NoSuchBucketPolicy',
    )
    expect((await refusal(s3.send(new GetBucketTaggingCommand({ Bucket: name })))).name).toBe('NoSuchTagSet')
    const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket: name }))
    expect(block.PublicAccessBlockConfiguration?.BlockPublicPolicy).toBe(true)
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status).toBeUndefined()
  })

  it('keep the settings that a bootstrap makes, and fall back to what every bucket has', async () => {
    const target = { Bucket: 'bootstrapped' }
    await s3.send(new CreateBucketCommand(target))
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const } }]
    const ServerSideEncryptionConfiguration = { Rules }
    await s3.send(new PutBucketEncryptionCommand({ ...target, ServerSideEncryptionConfiguration }))
    const encryption = async () =>
      (await s3.send(new GetBucketEncryptionCommand(target))).ServerSideEncryptionConfiguration?.Rules?.[0]
    expect(await encryption()).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
      BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
    })
    await s3.send(new DeleteBucketEncryptionCommand(target))
    expect((await encryption())?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256')

    const PublicAccessBlockConfiguration = { BlockPublicAcls: true, BlockPublicPolicy: true }
    await s3.send(new PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration }))
    const block = () => s3.send(new GetPublicAccessBlockCommand(target))
    expect((await block()).PublicAccessBlockConfiguration).toMatchObject(PublicAccessBlockConfiguration)
    await s3.send(new DeletePublicAccessBlockCommand(target))
    expect((await refusal(block())).name).toBe('NoSuchPublicAccessBlockConfiguration')

    const owned = () => s3.send(new GetBucketOwnershipControlsCommand(target))
    await s3.send(new DeleteBucketOwnershipControlsCommand(target))
    expect((await refusal(owned())).name).toBe('OwnershipControlsNotFoundError')
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] }
    await s3.send(new PutBucketOwnershipControlsCommand({ ...target, OwnershipControls }))
    expect((await owned()).OwnershipControls).toEqual(OwnershipControls)

    const TagSet = [{ Key: 'team', Value: 'a & b' }]
    await s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet } }))
    expect((await s3.send(new GetBucketTaggingCommand(target))).TagSet).toEqual(TagSet)
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await s3.send(new PutBucketVersioningCommand({ ...target, VersioningConfiguration }))
    expect((await s3.send(new GetBucketVersioningCommand(target))).Status).toBe('Enabled')
  })

  it('are deleted only when they are empty', async () => {
    const name = 'emptied'
    await s3.send(new CreateBucketCommand({ Bucket: name }))
    for (const Key of ['a', 'b & <c>']) await s3.send(new PutObjectCommand({ Bucket: name, Key, Body: 'x' }))
    expect((await refusal(s3.send(new DeleteBucketCommand({ Bucket: name })))).name).toBe('BucketNotEmpty')
    const Objects = [{ Key: 'a' }, { Key: 'b & <c>' }, { Key: 'never was' }]
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } }))
    expect(Deleted).toHaveLength(3)
    await s3.send(new DeleteBucketCommand({ Bucket: name }))
    expect((await refusal(s3.send(new ListObjectsV2Command({ Bucket: name })))).name).toBe('NoSuchBucket')
  })

  it('answer to their name as a host', async () => {
    await put('hosted')
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({
          Statement: {
            Effect: 'Allow',
            Principal: '*',
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::${Bucket}/hosted`,
          },
        }),
      }),
    )
    // `fetch` does not let a Host header through.
    const status = await new Promise(resolve => {
      const { hostname, port } = new URL(emulator.url)
      request(
        { hostname, port, path: '/hosted', headers: { host: `${Bucket}.localhost:${port}` } },
        answer => {
          answer.resume()
          resolve(answer.statusCode)
        },
      ).end()
    })
    expect(status).toBe(200)
  })
})

describe('credentials', () => {
  it('of nobody are refused by their AWS name', async () => {
    const nobody = clientsFor(emulator, { env: { AWS_ACCESS_KEY_ID: 'AKIANOBODY' } }).s3
    expect(await refusal(nobody.send(new ListBucketsCommand({})))).toEqual({
      name: 'InvalidAccessKeyId',
      status: 403,
    })
    expect((await fetch(`${emulator.url}/${Bucket}/kept`)).status).toBe(403)
  })
})
