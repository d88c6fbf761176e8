import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
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

beforeAll(async () => {
  emulator = await startEmulator()
  s3 = clientsFor(emulator).s3
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => emulator.close())

const { put, text } = s3Calls(() => s3, Bucket, body)

describe('PutObject', () => {
  it('with If-Match writes over what the caller saw', async () => {
    const { ETag } = await put('match')
    await put('match', { IfMatch: ETag, Body: 'second' })
    expect((await refusal(put('match', { IfMatch: ETag }))).status).toBe(412)
    expect((await refusal(put('match-none', { IfMatch: ETag }))).name).toBe('NoSuchKey')
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1'] as const)(
    'verifies %s as the SDK computes it',
    async ChecksumAlgorithm => {
      await put(`sum-${ChecksumAlgorithm}`, { ChecksumAlgorithm, Body: '123456789' })
      const head = await s3.send(
        new HeadObjectCommand({ Bucket, Key: `sum-${ChecksumAlgorithm}`, ChecksumMode: 'ENABLED' }),
      )
      // The check values of the CRC catalogue, and RFC 3174's algorithm.
      const known = {
        CRC32: 'y/Q5Jg==',
        CRC32C: '4waSgw==',
        CRC64NVME: 'rosUhgp5mIg=',
        SHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
      }
      expect(head[`Checksum${ChecksumAlgorithm}`]).toBe(known[ChecksumAlgorithm])
    },
  )

  it('refuses a body with the wrong MD5, and an invalid checksum', async () => {
    expect((await refusal(put('bad', { ChecksumSHA256: 'c2hvcnQ=' }))).name).toBe('InvalidRequest')
    expect(
      (await refusal(put('bad', { ContentMD5: createHash('md5').update('else').digest('base64') }))).name,
    ).toBe('BadDigest')
    expect((await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: 'bad' })))).status).toBe(404)
  })

  it('reads a stream, which comes in chunks with a trailer', async () => {
    const Body = Readable.from([Buffer.from('one '), Buffer.from('two')])
    const answer = await put('stream', { Body, ContentLength: 7, ChecksumAlgorithm: 'SHA256' })
    expect(await text('stream')).toBe('one two')
    expect(answer.ChecksumSHA256).toBe(createHash('sha256').update('one two').digest('base64'))
  })

  it('keeps type, metadata and tags', async () => {
    const Metadata = { commit: 'abc' }
    await put('kept', { ContentType: 'application/zip', Metadata, Tagging: 'commit=abc&note=a%20b' })
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'kept' }))
    expect(head).toMatchObject({
      ContentType: 'application/zip',
      Metadata,
      TagCount: 2,
      ContentLength: body.length,
    })
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'kept' }))
    expect(TagSet).toEqual([
      { Key: 'commit', Value: 'abc' },
      { Key: 'note', Value: 'a b' },
    ])
  })
})

describe('reading', () => {
  it('takes ranges and conditions', async () => {
    const { ETag } = await put('read')
    expect(await text('read', { Range: 'bytes=4-' })).toBe('zip')
    expect((await refusal(text('read', { Range: 'bytes=99-' }))).name).toBe('InvalidRange')
    expect(
      (await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'read', IfMatch: '"0"' })))).status,
    ).toBe(412)
    expect(
      (await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'read', IfNoneMatch: ETag })))).status,
    ).toBe(304)
  })

  it('returns attributes', async () => {
    await put('attributes', { ChecksumAlgorithm: 'SHA256' })
    const ObjectAttributes = ['ETag', 'Checksum', 'ObjectSize'] as const
    const answer = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'attributes', ObjectAttributes: [...ObjectAttributes] }),
    )
    expect(answer).toMatchObject({ Checksum: { ChecksumSHA256: sha256 }, ObjectSize: body.length })
  })

  it('lists by prefix, delimiter and page, whatever characters a key has', async () => {
    const keys = ['list/a&b.zip', 'list/ü <1>.zip', 'list/dir/x', 'list/dir/y', 'list/z+1 .json']
    for (const key of keys) await put(key)
    const list = (extra: object) => s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', ...extra }))
    const all = await list({})
    expect(all.Contents?.map(object => object.Key)).toEqual([...keys].sort())
    const byFolder = await list({ Delimiter: '/' })
    expect([byFolder.Contents?.length, byFolder.CommonPrefixes]).toEqual([3, [{ Prefix: 'list/dir/' }]])
    const found: (string | undefined)[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await list({ Delimiter: '/', MaxKeys: 1, ContinuationToken })
      found.push(
        ...[
          ...(page.Contents ?? []).map(({ Key }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        ],
      )
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
    expect(found).toEqual(['list/a&b.zip', 'list/dir/', 'list/z+1 .json', 'list/ü <1>.zip'])
    const encoded = await list({ EncodingType: 'url' })
    expect(encoded.Contents?.map(object => decodeURIComponent(object.Key ?? ''))).toEqual([...keys].sort())
  })
})

describe('versions', () => {
  const Bucket = 'versions'
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  })

  it('stay when a key is written over or deleted', async () => {
    const one = await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '1' }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '2' }))
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    expect(deleted.DeleteMarker).toBe(true)
    expect((await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'a' })))).name).toBe('NoSuchKey')
    const old = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', VersionId: one.VersionId }))
    expect([await old.Body?.transformToString(), old.VersionId]).toEqual(['1', one.VersionId])
    const list = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    expect([list.Versions?.length, list.DeleteMarkers?.length]).toEqual([2, 1])
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0)
  })

  it('that do not exist are named so', async () => {
    const VersionId = 'x'.repeat(32)
    expect((await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'a', VersionId })))).name).toBe(
      'NoSuchVersion',
    )
  })
})

describe('object tags', () => {
  it('are put after the object', async () => {
    await put('tagged')
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] }
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging }))
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet).toEqual(
      Tagging.TagSet,
    )
    const many = { TagSet: Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: '' })) }
    expect(
      (await refusal(s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: many })))).name,
    ).toBe('BadRequest')
  })
})
