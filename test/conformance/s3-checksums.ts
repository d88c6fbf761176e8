import { CreateMultipartUploadCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { s3Guide, s3Reference } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, head, multipart, put, sha256 } from './s3-objects.ts'

const row = 's3-copy'
const service = 's3'

/** What S3 knows of an object's checksum. */
export const s3Checksums: Expectation[] = [
  {
    title: 'HEAD answers the SHA-256 that PutObject was given, but only with ChecksumMode',
    row,
    service,
    source: s3Reference('HeadObject', 'x-amz-checksum-mode'),
    run: async target => {
      const Bucket = await target.bucket()
      const answer = await put(target, Bucket, 'checked', { ChecksumSHA256: sha256(body) })
      expect(answer.ChecksumSHA256).toBe(sha256(body))
      const whole = { ChecksumSHA256: sha256(body), ChecksumType: 'FULL_OBJECT' }
      expect(await head(target, Bucket, 'checked')).toMatchObject(whole)
      const silent = await target.s3.send(new HeadObjectCommand({ Bucket, Key: 'checked' }))
      expect(silent.ChecksumSHA256).toBeUndefined()
    },
  },
  {
    title: 'a multipart object has a composite SHA-256, which is not the one of the whole',
    row,
    service,
    source: s3Guide('Checking object integrity in Amazon S3, Full object and composite checksum types'),
    run: async target => {
      const bucket = await target.bucket()
      await (await multipart(target, bucket, 'composite'))()
      const composite = `${sha256(Buffer.from(sha256(body), 'base64'))}-1`
      const found = await head(target, bucket, 'composite')
      expect(found).toMatchObject({ ChecksumType: 'COMPOSITE', ChecksumSHA256: composite })
    },
  },
  {
    title: 'a multipart upload cannot ask for a SHA-256 of the whole',
    row,
    service,
    source: s3Guide('Checking object integrity in Amazon S3, Full object and composite checksum types'),
    run: async ({ s3, bucket }) => {
      const asked = { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' } as const
      const call = new CreateMultipartUploadCommand({ Bucket: await bucket(), Key: 'whole', ...asked })
      expect(await refused(s3.send(call))).toMatchObject({ name: 'InvalidRequest', status: 400 })
    },
  },
  {
    title: 'PutObject refuses a body that has not the SHA-256 which came with it, and writes nothing',
    row,
    service,
    source: 'Amazon S3 API Reference, Error responses, BadDigest',
    run: async target => {
      const bucket = await target.bucket()
      const call = put(target, bucket, 'bad-digest', { ChecksumSHA256: sha256('else') })
      expect(await refused(call)).toMatchObject({ name: 'BadDigest', status: 400 })
      expect((await refused(head(target, bucket, 'bad-digest'))).status).toBe(404)
    },
  },
]
