import { DeleteObjectCommand, HeadBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { s3Guide, s3Reference } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, head, put, read } from './s3-objects.ts'

const row = 's3-reads'
const service = 's3'

/** What S3 answers to reads. */
export const s3Reads: Expectation[] = [
  {
    title: 'GET tells a missing key from a missing bucket; HEAD has no body, so both are only 404',
    row,
    service,
    source: s3Reference(
      'HeadObject',
      'a HEAD request has no response body; Error responses, NoSuchKey, NoSuchBucket',
    ),
    run: async target => {
      const Bucket = await target.bucket()
      const { nothing } = target.names
      expect(await refused(read(target, Bucket, 'none'))).toMatchObject({ name: 'NoSuchKey', status: 404 })
      expect(await refused(read(target, nothing, 'none'))).toMatchObject({
        name: 'NoSuchBucket',
        status: 404,
      })
      const silent = { name: 'NotFound', status: 404 }
      expect(await refused(head(target, Bucket, 'none'))).toMatchObject(silent)
      expect(await refused(head(target, nothing, 'none'))).toMatchObject(silent)
      expect(await refused(target.s3.send(new HeadBucketCommand({ Bucket: nothing })))).toMatchObject(silent)
    },
  },
  {
    title: 'a request for another region is refused and told the right one',
    row,
    service,
    source: `${s3Guide('Virtual hosting of buckets, Request redirection')}; AWSS3.jl#25; terraform-provider-aws#14544`,
    run: async target => {
      const bucket = await target.bucket()
      const { status, headers } = await refused(read(target.elsewhere, bucket, 'none'))
      expect([301, 307, 400]).toContain(status)
      expect(headers['x-amz-bucket-region']).toBe(target.region)
    },
  },
  {
    title: 'a list has every key once, in order of its bytes, page by page',
    row,
    service,
    source: s3Reference(
      'ListObjectsV2',
      'max-keys, continuation-token; General purpose bucket, lexicographical order',
    ),
    run: async target => {
      const Bucket = await target.bucket()
      const keys = ['pages/Z', 'pages/a & <b>', 'pages/a+b', 'pages/b', 'pages/ü']
      for (const key of keys.toReversed()) await put(target, Bucket, key)
      const found: string[][] = []
      let ContinuationToken: string | undefined
      do {
        const page = { Bucket, Prefix: 'pages/', MaxKeys: 2, ContinuationToken }
        const answer = await target.s3.send(new ListObjectsV2Command(page))
        found.push(answer.Contents?.flatMap(({ Key = '' }) => Key) ?? [])
        expect(answer.IsTruncated).toBe(answer.NextContinuationToken !== undefined)
        ContinuationToken = answer.NextContinuationToken
      } while (ContinuationToken)
      expect(found).toEqual([keys.slice(0, 2), keys.slice(2, 4), keys.slice(4)])
    },
  },
  {
    title: 'behind a delete marker a key is missing, and its versions can still be read',
    row,
    service,
    source: s3Guide('Working with delete markers'),
    run: async target => {
      const Bucket = await target.bucket('versioned')
      const { VersionId } = await put(target, Bucket, 'deleted')
      expect(VersionId).toBeDefined()
      const marker = await target.s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }))
      expect(marker.DeleteMarker).toBe(true)
      const refusal = await refused(read(target, Bucket, 'deleted'))
      expect(refusal).toMatchObject({ name: 'NoSuchKey', status: 404 })
      expect(refusal.headers['x-amz-delete-marker']).toBe('true')
      expect(await read(target, Bucket, 'deleted', VersionId)).toBe(body)
    },
  },
]
