import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'

const Bucket = 'bucket'
let emulator: Emulator
let s3: ReturnType<typeof clientsFor>['s3']

beforeAll(async () => {
  emulator = await startEmulator()
  s3 = clientsFor(emulator).s3
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => emulator.close())

describe('a lifecycle configuration', () => {
  const rule = { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'builds/' }, Expiration: { Days: 30 } }
  const put = (...Rules: object[]) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: Rules as [] } }),
    )
  const tagged = { Filter: { Tag: { Key: 'a', Value: 'b' } } }
  const abort = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }

  it('is taken with all that it can have', async () => {
    const And = { Prefix: 'a/', Tags: [{ Key: 'a', Value: 'b' }], ObjectSizeGreaterThan: 1 }
    const Transitions = [{ Days: 30, StorageClass: 'STANDARD_IA' }]
    await put(
      { ...rule, Transitions, Expiration: { Days: 31 }, ...abort },
      { ...rule, ID: 'tagged', Filter: { And } },
      { ...rule, ID: 'dated', Filter: {}, Expiration: { Date: new Date('2030-01-01') } },
      {
        ...rule,
        ID: 'noncurrent',
        NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 3 },
      },
    )
  })

  it.each([
    ['no rules', 'MalformedXML', []],
    ['an unknown status', 'MalformedXML', [{ ...rule, Status: 'On' }]],
    ['no filter', 'MalformedXML', [{ ...rule, Filter: undefined }]],
    ['two filters at once', 'MalformedXML', [{ ...rule, Prefix: 'a' }]],
    [
      'two ends at once',
      'MalformedXML',
      [{ ...rule, Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }],
    ],
    [
      'an unknown storage class',
      'MalformedXML',
      [{ ...rule, Transitions: [{ Days: 1, StorageClass: 'COLD' }] }],
    ],
    ['a rule without an action', 'InvalidRequest', [{ ...rule, Expiration: undefined }]],
    ['tags and the end of uploads', 'InvalidRequest', [{ ...rule, ...tagged, ...abort }]],
    [
      'tags and delete markers',
      'InvalidRequest',
      [{ ...rule, ...tagged, Expiration: { ExpiredObjectDeleteMarker: true } }],
    ],
    ['0 days', 'InvalidArgument', [{ ...rule, Expiration: { Days: 0 } }]],
    [
      'an hour of the day',
      'InvalidArgument',
      [{ ...rule, Expiration: { Date: new Date('2030-01-01T01:00:00Z') } }],
    ],
    ['one id twice', 'InvalidArgument', [rule, rule]],
    ['an id of 256 characters', 'InvalidArgument', [{ ...rule, ID: 'a'.repeat(256) }]],
    [
      'infrequent access after 29 days',
      'InvalidArgument',
      [{ ...rule, Transitions: [{ Days: 29, StorageClass: 'STANDARD_IA' }] }],
    ],
    [
      'an end before a transition',
      'InvalidArgument',
      [{ ...rule, Transitions: [{ Days: 30, StorageClass: 'GLACIER' }] }],
    ],
    [
      '0 noncurrent days',
      'InvalidArgument',
      [{ ...rule, NoncurrentVersionExpiration: { NoncurrentDays: 0 } }],
    ],
  ])('is refused with %s (%s)', async (_, name, rules) => {
    expect(await refusal(put(...rules))).toEqual({ name, status: 400 })
  })
})

describe('a bucket policy', () => {
  const arn = `arn:aws:s3:::${Bucket}`
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '222222222222' },
    Action: 's3:GetObject',
    Resource: `${arn}/*`,
  }
  const put = (Policy: string) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const print = (change: object, space?: number) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] }, undefined, space)
  /** A policy of so many bytes without the white space that it also has. */
  const ofSize = (bytes: number) => {
    const rest = bytes - print({ Resource: [`${arn}/é`, `${arn}/`] }).length - 1
    return print({ Resource: [`${arn}/é`, `${arn}/${'k'.repeat(rest)}`] }, 4)
  }

  it('is taken about the bucket and its keys, up to 20 KB without white space', async () => {
    await put(print({ Action: ['s3:GetObject', 's3:ListBucket'], Resource: [arn, `${arn}/*`] }))
    await put(
      print({
        Action: 's3:*',
        Resource: arn,
        Effect: 'Deny',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    )
    await put(print({ Action: undefined, NotAction: ['s3:GetObject', 's3:Delete*'] }))
    await put(ofSize(20_480))
  })

  it.each([
    ['a text that is not JSON', 'policy', "Policies must be valid JSON and the first byte must be '{'"],
    ['half of it', '{', 'This policy contains invalid Json'],
    ['another bucket', print({ Resource: 'arn:aws:s3:::other/*' }), 'Policy has invalid resource'],
    ['every bucket', print({ Resource: '*' }), 'Policy has invalid resource'],
    ['an action that does not exist', print({ Action: 's3:GetObjects' }), 'Policy has invalid action'],
    ['a pattern of no action', print({ Action: 's3:Foo*' }), 'Policy has invalid action'],
    [
      'an unknown action that it leaves out',
      print({ Action: undefined, NotAction: 's3:Foo*' }),
      'Policy has invalid action',
    ],
    ['an action of another service', print({ Action: 'ecr:PutImage' }), 'Policy has invalid action'],
    [
      'an action that is not about keys',
      print({ Action: 's3:ListBucket' }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an action that is about keys',
      print({ Resource: arn }),
      'Action does not apply to any resource(s) in statement',
    ],
    ['an unknown effect', print({ Effect: 'Permit' }), 'Invalid effect: Permit'],
    ['no principal', print({ Principal: undefined }), 'Missing required field Principal'],
    ['no resource', print({ Resource: undefined }), 'Missing required field Resource'],
  ])('is refused with %s', async (_, policy, message) => {
    await expect(put(policy)).rejects.toMatchObject({
      name: 'MalformedPolicy',
      message,
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('is refused with one byte more', async () => {
    expect(await refusal(put(ofSize(20_481)))).toEqual({ name: 'PolicyTooLarge', status: 400 })
  })
})

describe('a key', () => {
  it('has 1,024 bytes at most, however few characters those are', async () => {
    const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
    await put('k'.repeat(1024))
    await put('é'.repeat(512))
    const tooLong = { name: 'KeyTooLongError', status: 400 }
    for (const Key of ['k'.repeat(1025), `${'é'.repeat(512)}k`]) {
      expect(await refusal(put(Key))).toEqual(tooLong)
      expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key })))).toEqual(tooLong)
    }
  })
})

describe('a key of more than 1,024 bytes in what a request says', () => {
  const Key = `${'é'.repeat(512)}k`

  it('is not deleted, unlike the others', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'deleted', Body: 'x' }))
    const Delete = { Objects: [{ Key: 'deleted' }, { Key }] }
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }))
    expect(answer).toMatchObject({
      Deleted: [{ Key: 'deleted' }],
      Errors: [{ Key, Code: 'KeyTooLongError' }],
    })
    const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { ...Delete, Quiet: true } }))
    expect([quiet.Deleted, quiet.Errors?.length]).toEqual([undefined, 1])
  })

  it('is not the source of a copy', async () => {
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`
    const copy = new CopyObjectCommand({ Bucket, Key: 'copied', CopySource })
    expect(await refusal(s3.send(copy))).toEqual({ name: 'KeyTooLongError', status: 400 })
  })
})

it('passes over a date that is not one, as in a condition that is not there', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'dated', Body: 'x' }))
  const send = async (method: string, path: string, headers: Record<string, string>) =>
    (await rawCalls(() => emulator).send('s3', { method, path, headers })).status
  const path = `/${Bucket}/dated`
  expect(await send('GET', path, { 'if-modified-since': 'yesterday' })).toBe(200)
  expect(await send('GET', path, { 'if-unmodified-since': 'yesterday' })).toBe(200)
  const source = { 'x-amz-copy-source': path, 'x-amz-copy-source-if-modified-since': 'yesterday' }
  expect(await send('PUT', `${path}-copy`, source)).toBe(200)
})

describe('a part', () => {
  it.each([
    ['without a number', '', {}],
    ['with the number 0', '&partNumber=0', {}],
    ['copied without a number', '', { 'x-amz-copy-source': `${Bucket}/key` }],
  ])('%s is refused', async (_, query, headers) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'key' }))
    const path = `/${Bucket}/key?uploadId=${UploadId}${query}`
    const answer = await rawCalls(() => emulator).send('s3', { method: 'PUT', path, headers, body: 'x' })
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidArgument</Code>'),
    ])
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key: 'key', UploadId }))
    expect(Parts).toBeUndefined()
  })
})

it.each([
  ['an unknown storage class', 'InvalidStorageClass', { 'x-amz-storage-class': 'COLD' }],
  ['an unknown encryption', 'InvalidArgument', { 'x-amz-server-side-encryption': 'ROT13' }],
  ['an unknown checksum', 'InvalidRequest', { 'x-amz-sdk-checksum-algorithm': 'MD4' }],
  ['metadata of more than 2 KB', 'MetadataTooLarge', { 'x-amz-meta-long': 'a'.repeat(2048) }],
])('refuses %s with %s', async (_, code, headers) => {
  const answer = await rawCalls(() => emulator).send('s3', {
    method: 'PUT',
    path: `/${Bucket}/key`,
    headers,
    body: 'x',
  })
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)])
})

it.each([
  ['versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>'],
  ['versioning', '<Versioning><Status>Enabled</Status></Versioning>'],
  ['encryption', '<ServerSideEncryptionConfiguration/>'],
  [
    'encryption',
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>ROT13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  ],
  [
    'publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockAll>true</BlockAll></PublicAccessBlockConfiguration>',
  ],
  [
    'publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>',
  ],
  [
    'ownershipControls',
    '<OwnershipControls><Rule><ObjectOwnership>Me</ObjectOwnership></Rule></OwnershipControls>',
  ],
  ['tagging', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'],
  [
    'cors',
    '<CORSConfiguration><CORSRule><AllowedMethod>FETCH</AllowedMethod></CORSRule></CORSConfiguration>',
  ],
  [
    'object-lock',
    '<ObjectLockConfiguration><ObjectLockEnabled>Yes</ObjectLockEnabled></ObjectLockConfiguration>',
  ],
  ['lifecycle', 'no XML'],
])('refuses a document of %s that is %s', async (subresource, body) => {
  const answer = await rawCalls(() => emulator).send('s3', {
    method: 'PUT',
    path: `/${Bucket}?${subresource}`,
    body,
  })
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('<Code>MalformedXML</Code>')])
})
