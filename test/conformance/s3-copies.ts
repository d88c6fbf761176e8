import { GetObjectTaggingCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { s3Guide, s3Reference } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, copy, head, multipart, put, read, sha256 } from './s3-objects.ts'
import type { Target } from './target.ts'

const service = 's3'
const guards = 's3-guards'
const denied = { name: 'AccessDenied', status: 403 }

/** What CopyObject keeps, changes and guards. */
export const s3Copies: Expectation[] = [
  {
    title: 'a copy keeps the whole SHA-256, and answers it',
    row: 's3-copy',
    service,
    source: s3Reference('CopyObject', 'Response Elements, ChecksumSHA256'),
    run: async target => {
      const bucket = await target.bucket()
      await put(target, bucket, 'sum-source', { ChecksumSHA256: sha256(body) })
      const { CopyObjectResult } = await copy(target, bucket, ['sum-source', 'sum'])
      expect(CopyObjectResult?.ChecksumSHA256).toBe(sha256(body))
      const kept = { ChecksumSHA256: sha256(body), ChecksumType: 'FULL_OBJECT' }
      expect(await head(target, bucket, 'sum')).toMatchObject(kept)
    },
  },
  {
    title: 'a copy of a multipart object is single-part: another ETag, and a SHA-256 of the whole',
    row: 's3-copy',
    service,
    source: s3Guide(
      'Checking object integrity in Amazon S3, Using part-level checksums for multipart uploads',
    ),
    run: async target => {
      const bucket = await target.bucket()
      const { ETag } = await (await multipart(target, bucket, 'parts-source'))()
      expect(ETag).toMatch(/-1"$/)
      const { CopyObjectResult } = await copy(target, bucket, ['parts-source', 'parts'])
      expect(CopyObjectResult?.ETag).not.toMatch(/-\d+"$/)
      expect(await head(target, bucket, 'parts')).toMatchObject({ ChecksumSHA256: sha256(body) })
    },
  },
  {
    title: 'a copy of more than 5 GB is refused',
    row: 's3-copy',
    service,
    source: s3Reference('CopyObject', 'up to 5 GB in a single atomic action'),
    needs: 'pretended sizes',
    run: async target => {
      const bucket = await target.bucket()
      await put(target, bucket, 'large')
      target.pretendSize(bucket, 'large', 5 * 1024 ** 3 + 1)
      const refusal = await refused(copy(target, bucket, ['large', 'large-copy']))
      expect(refusal).toMatchObject({ name: 'InvalidRequest', status: 400 })
    },
  },
  {
    title: 'CopySourceIfMatch copies only what the caller saw',
    row: guards,
    service,
    source: s3Reference('CopyObject', 'x-amz-copy-source-if-match'),
    run: async target => {
      const bucket = await target.bucket()
      const seen = await put(target, bucket, 'seen')
      await put(target, bucket, 'seen', { Body: 'changed' })
      const stale = copy(target, bucket, ['seen', 'seen-copy'], { CopySourceIfMatch: seen.ETag })
      expect(await refused(stale)).toMatchObject({ name: 'PreconditionFailed', status: 412 })
      const { ETag } = await head(target, bucket, 'seen')
      await copy(target, bucket, ['seen', 'seen-copy'], { CopySourceIfMatch: ETag })
      expect(await read(target, bucket, 'seen-copy')).toBe('changed')
    },
  },
  {
    title: 'versionId in CopySource copies that version, and the answer names it',
    row: guards,
    service,
    source: s3Reference('CopyObject', 'x-amz-copy-source, Copying a specific version'),
    run: async target => {
      const bucket = await target.bucket('versioned')
      const { VersionId } = await put(target, bucket, 'version', { Body: 'first' })
      await put(target, bucket, 'version', { Body: 'second' })
      const answer = await copy(target, bucket, [`version?versionId=${VersionId}`, 'version-copy'])
      expect(answer.CopySourceVersionId).toBe(VersionId)
      expect(await read(target, bucket, 'version-copy')).toBe('first')
    },
  },
  {
    title: 'ExpectedBucketOwner and ExpectedSourceBucketOwner refuse another owner with 403',
    row: guards,
    service,
    source: s3Guide('Verifying bucket ownership with bucket owner condition'),
    needs: 'own account',
    run: async target => {
      const bucket = await target.bucket()
      const { account } = target
      const other = account === '222222222222' ? '333333333333' : '222222222222'
      await put(target, bucket, 'owned', { ExpectedBucketOwner: account })
      const own = { ExpectedBucketOwner: account, ExpectedSourceBucketOwner: account }
      await copy(target, bucket, ['owned', 'owned-copy'], own)
      for (const wrong of [{ ExpectedBucketOwner: other }, { ExpectedSourceBucketOwner: other }]) {
        const call = copy(target, bucket, ['owned', 'owned-wrong'], { ...own, ...wrong })
        expect(await refused(call)).toMatchObject(denied)
      }
      expect(await refused(put(target, bucket, 'owned-wrong', { ExpectedBucketOwner: other }))).toMatchObject(
        denied,
      )
    },
  },
  {
    title: 'another account may not read a private object',
    row: 'other-accounts',
    service,
    source: s3Guide('Identity and Access Management for Amazon S3, How Amazon S3 authorizes a request'),
    needs: 'another account',
    run: async target => {
      const bucket = await target.bucket()
      await put(target, bucket, 'private')
      expect(await refused(read(target.stranger(), bucket, 'private'))).toMatchObject(denied)
    },
  },
  {
    title: 'TaggingDirective REPLACE sets the tags; the metadata stays',
    row: guards,
    service,
    source: s3Reference('CopyObject', 'x-amz-tagging-directive'),
    run: async target => {
      const replaced = {
        TaggingDirective: 'REPLACE',
        Tagging: 'commit=def',
        Metadata: { lost: 'x' },
      } as const
      expect(await labelsOfCopy(target, 'retagged', replaced)).toEqual({
        tags: ['commit=def'],
        metadata: { kept: 'a' },
      })
      expect(await labelsOfCopy(target, 'untouched', {})).toEqual({
        tags: ['commit=abc'],
        metadata: { kept: 'a' },
      })
    },
  },
  {
    title: 'MetadataDirective REPLACE sets the metadata; the tags stay',
    row: guards,
    service,
    source: s3Reference('CopyObject', 'x-amz-metadata-directive'),
    run: async target => {
      const replaced = { MetadataDirective: 'REPLACE', Metadata: { now: 'b' }, Tagging: 'lost=x' } as const
      expect(await labelsOfCopy(target, 'described', replaced)).toEqual({
        tags: ['commit=abc'],
        metadata: { now: 'b' },
      })
    },
  },
]

async function labelsOfCopy(target: Target, Key: string, extra: Parameters<typeof copy>[3]) {
  const Bucket = await target.bucket()
  await put(target, Bucket, `${Key}-source`, { Tagging: 'commit=abc', Metadata: { kept: 'a' } })
  await copy(target, Bucket, [`${Key}-source`, Key], extra)
  const { TagSet = [] } = await target.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))
  const { Metadata } = await head(target, Bucket, Key)
  return { tags: TagSet.map(tag => `${tag.Key}=${tag.Value}`), metadata: Metadata }
}
