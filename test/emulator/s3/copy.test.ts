import { createHash } from 'node:crypto'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { s3Calls } from '../calls.ts'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

let emulator: Emulator
let s3: ReturnType<typeof clientsFor>['s3']
const Bucket = 'artifacts'
const body = 'the zip'
const sha256 = createHash('sha256').update(body).digest('base64')
const other = '222222222222'

beforeAll(async () => {
  emulator = await startEmulator()
  s3 = clientsFor(emulator).s3
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => emulator.close())

const { put, text } = s3Calls(() => s3, Bucket, body)

describe('CopyObject', () => {
  const copy = (Key: string, extra: Partial<ConstructorParameters<typeof CopyObjectCommand>[0]> = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...extra }))
  let etag: string | undefined

  beforeAll(async () => {
    etag = (await put('source', { ChecksumAlgorithm: 'SHA256', Tagging: 'commit=abc', Metadata: { a: 'b' } }))
      .ETag
  })

  it('with If-None-Match copies once, on the server', async () => {
    emulator.clearRequests()
    const answer = await copy('copied', { IfNoneMatch: '*' })
    expect(answer.CopyObjectResult?.ChecksumSHA256).toBe(sha256)
    expect(await refusal(copy('copied', { IfNoneMatch: '*' }))).toEqual({
      name: 'PreconditionFailed',
      status: 412,
    })
    expect(emulator.requests().map(request => [request.operation, request.requestBytes])).toEqual([
      ['CopyObject', 0],
      ['CopyObject', 0],
    ])
    expect(await text('copied')).toBe(body)
  })

  it('guards the source by its entity tag', async () => {
    await copy('guarded', { CopySourceIfMatch: etag })
    expect((await refusal(copy('guarded', { CopySourceIfMatch: '"0123"' }))).status).toBe(412)
  })

  it('guards both owners', async () => {
    await copy('owned', {
      ExpectedBucketOwner: emulator.account,
      ExpectedSourceBucketOwner: emulator.account,
    })
    expect(await refusal(copy('owned', { ExpectedSourceBucketOwner: other }))).toEqual({
      name: 'AccessDenied',
      status: 403,
    })
    expect(await refusal(copy('owned', { ExpectedBucketOwner: other }))).toEqual({
      name: 'AccessDenied',
      status: 403,
    })
  })

  it('changes tags and metadata only as the directives say', async () => {
    await copy('same')
    await copy('retagged', { TaggingDirective: 'REPLACE', Tagging: 'release=v1', Metadata: { c: 'd' } })
    await copy('changed', { MetadataDirective: 'REPLACE', Metadata: { c: 'd' } })
    const read = async (Key: string) => [
      (await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet,
      (await s3.send(new HeadObjectCommand({ Bucket, Key }))).Metadata,
    ]
    expect(await read('same')).toEqual([[{ Key: 'commit', Value: 'abc' }], { a: 'b' }])
    expect(await read('retagged')).toEqual([[{ Key: 'release', Value: 'v1' }], { a: 'b' }])
    expect(await read('changed')).toEqual([[{ Key: 'commit', Value: 'abc' }], { c: 'd' }])
  })

  it('can compute another checksum', async () => {
    const answer = await copy('summed', { ChecksumAlgorithm: 'CRC32' })
    expect(answer.CopyObjectResult?.ChecksumCRC32).toBeDefined()
    expect(answer.CopyObjectResult?.ChecksumSHA256).toBeUndefined()
  })

  it('refuses more than 5 GB, a missing source, and a copy onto itself that changes nothing', async () => {
    await put('large')
    emulator.pretendObjectSize(Bucket, 'large', 5 * 1024 ** 3 + 1)
    expect((await refusal(copy('x', { CopySource: `${Bucket}/large` }))).name).toBe('InvalidRequest')
    expect((await refusal(copy('x', { CopySource: `${Bucket}/nothing` }))).name).toBe('NoSuchKey')
    expect((await refusal(copy('source'))).name).toBe('InvalidRequest')
  })

  it('names the version of the source', async () => {
    const versioned = 'copy-versions'
    await s3.send(new CreateBucketCommand({ Bucket: versioned }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await s3.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }))
    const first = await s3.send(new PutObjectCommand({ Bucket: versioned, Key: 'a', Body: 'first' }))
    await s3.send(new PutObjectCommand({ Bucket: versioned, Key: 'a', Body: 'second' }))
    const answer = await copy('old', { CopySource: `${versioned}/a?versionId=${first.VersionId}` })
    expect([answer.CopySourceVersionId, await text('old')]).toEqual([first.VersionId, 'first'])
  })
})
