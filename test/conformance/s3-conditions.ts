import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { s3Guide, s3Reference } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, copy, multipart, put, read } from './s3-objects.ts'

const row = 's3-if-none-match'
const service = 's3'
const precondition = { name: 'PreconditionFailed', status: 412 }
const conditionalWrites = s3Guide('How to prevent object overwrites with conditional writes')

/** What S3 does with `If-None-Match: *`. */
export const s3Conditions: Expectation[] = [
  {
    title: 'PutObject with If-None-Match writes once and answers 412 after that',
    row,
    service,
    source: s3Reference('PutObject', 'If-None-Match'),
    run: async target => {
      const bucket = await target.bucket()
      await put(target, bucket, 'once', { IfNoneMatch: '*' })
      const second = put(target, bucket, 'once', { IfNoneMatch: '*', Body: 'else' })
      expect(await refused(second)).toMatchObject(precondition)
      expect(await read(target, bucket, 'once')).toBe(body)
    },
  },
  {
    title: 'CopyObject with If-None-Match copies once and answers 412 after that',
    row,
    service,
    source: `${s3Reference('CopyObject', 'If-None-Match')} (since October 2025)`,
    run: async target => {
      const bucket = await target.bucket()
      await put(target, bucket, 'copy-once-source')
      await put(target, bucket, 'copy-once-other', { Body: 'else' })
      await copy(target, bucket, ['copy-once-source', 'copy-once'], { IfNoneMatch: '*' })
      const second = copy(target, bucket, ['copy-once-other', 'copy-once'], { IfNoneMatch: '*' })
      expect(await refused(second)).toMatchObject(precondition)
      expect(await read(target, bucket, 'copy-once')).toBe(body)
    },
  },
  {
    title: 'CompleteMultipartUpload with If-None-Match answers 412 where a key is',
    row,
    service,
    source: s3Reference('CompleteMultipartUpload', 'If-None-Match'),
    run: async target => {
      const bucket = await target.bucket()
      const complete = await multipart(target, bucket, 'complete-once', 'else')
      await put(target, bucket, 'complete-once')
      expect(await refused(complete('*'))).toMatchObject(precondition)
      expect(await read(target, bucket, 'complete-once')).toBe(body)
    },
  },
  {
    title: 'of two conditional writes at once exactly one wins, and the other learns it by 412 or 409',
    row,
    service,
    source: `${conditionalWrites}, Conditional write behavior`,
    run: async target => {
      const bucket = await target.bucket()
      const bodies = ['one', 'two']
      const calls = bodies.map(Body => put(target, bucket, 'race', { IfNoneMatch: '*', Body }))
      const outcomes = await Promise.allSettled(calls)
      const winner = outcomes.findIndex(({ status }) => status === 'fulfilled')
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect([409, 412]).toContain((await refused(calls[1 - winner] as Promise<unknown>)).status)
      expect(await read(target, bucket, 'race')).toBe(bodies[winner])
    },
  },
  {
    title: 'If-None-Match writes where a delete marker is current',
    row,
    service,
    source: `${conditionalWrites}, How to prevent object overwrites based on key names`,
    run: async target => {
      const Bucket = await target.bucket('versioned')
      await put(target, Bucket, 'marked')
      await target.s3.send(new DeleteObjectCommand({ Bucket, Key: 'marked' }))
      await put(target, Bucket, 'marked', { IfNoneMatch: '*', Body: 'again' })
      expect(await refused(put(target, Bucket, 'marked', { IfNoneMatch: '*' }))).toMatchObject(precondition)
    },
  },
]
