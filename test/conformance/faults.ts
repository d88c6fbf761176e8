import { expect } from 'vitest'
import { sampleImage } from '../emulator/sample-image.ts'
import { digestOf, push, put as putImage } from './ecr-images.ts'
import type { Expectation } from './expectation.ts'
import { s3Reference } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, copy, put, read } from './s3-objects.ts'

const needs = 'faults'
const service = 's3'
const retries =
  'AWS SDKs and Tools Reference Guide, Retry behavior; Smithy TypeScript, service-error-classification'

/** What the SDK makes of answers that AWS gives when something goes wrong; one at a time, since faults strike anyone. */
export const faultExpectations: Expectation[] = [
  ...(['throttle', 'error500', 'error503', 'reset-before'] as const).map(
    (kind): Expectation => ({
      title: `PutObject is tried again after ${kind}`,
      row: 'sts-retries',
      service,
      source: retries,
      needs,
      run: async target => {
        const bucket = await target.bucket()
        const write = () => put(target, bucket, kind, { IfNoneMatch: '*' })
        const answer = await target.during({ operation: 'PutObject', kind, times: 1 }, write)
        expect(answer.$metadata.attempts).toBe(2)
        expect(await read(target, bucket, kind)).toBe(body)
      },
    }),
  ),
  {
    title: 'PutImage is tried three times when it is throttled, and not more',
    row: 'sts-retries',
    service: 'ecr',
    source: retries,
    needs,
    run: async target => {
      const repository = await target.repository()
      const image = sampleImage('throttled')
      await push(target, repository, image)
      const write = () => refused(putImage(target, repository, image, 'throttled', image.digest))
      const refusal = await target.during({ operation: 'PutImage', kind: 'throttle' }, write)
      expect(refusal).toMatchObject({ name: 'ThrottlingException', attempts: 3 })
      expect(await digestOf(target, repository, 'throttled')).toBeUndefined()
    },
  },
  {
    title: 'a conditional write whose answer was lost sees 412 on its own write',
    row: 's3-if-none-match',
    service,
    source: `${s3Reference('PutObject', 'If-None-Match')}; ${retries}`,
    needs,
    run: async target => {
      const bucket = await target.bucket()
      const write = () => refused(put(target, bucket, 'lost', { IfNoneMatch: '*' }))
      const refusal = await target.during({ operation: 'PutObject', kind: 'reset-after', times: 1 }, write)
      expect(refusal).toMatchObject({ name: 'PreconditionFailed', status: 412, attempts: 2 })
      expect(await read(target, bucket, 'lost')).toBe(body)
    },
  },
  {
    title: 'ConditionalRequestConflict (409) is not retried by the SDK',
    row: 's3-if-none-match',
    service,
    source: `${s3Reference('PutObject', 'If-None-Match, 409 ConditionalRequestConflict')}; ${retries}`,
    needs,
    run: async target => {
      const bucket = await target.bucket()
      const write = () => refused(put(target, bucket, 'conflict', { IfNoneMatch: '*' }))
      const refusal = await target.during({ operation: 'PutObject', kind: 'conflict-409', times: 1 }, write)
      expect(refusal).toMatchObject({ name: 'ConditionalRequestConflict', status: 409, attempts: 1 })
    },
  },
  ...(['error-in-200', 'empty-200'] as const).map(
    (kind): Expectation => ({
      title: `CopyObject is tried again after ${kind === 'empty-200' ? 'an empty 200' : 'a 200 with an error inside'}`,
      row: 's3-copy-200',
      service,
      source: `${s3Reference('CopyObject', 'Response and special errors')}; aws-sdk-js-v3, middleware-sdk-s3, throw-200-exceptions`,
      needs,
      run: async target => {
        const bucket = await target.bucket()
        await put(target, bucket, `${kind}-source`)
        const write = () => copy(target, bucket, [`${kind}-source`, kind])
        const answer = await target.during({ operation: 'CopyObject', kind, times: 1 }, write)
        expect(answer.$metadata.attempts).toBe(2)
        expect(await read(target, bucket, kind)).toBe(body)
      },
    }),
  ),
  {
    title: 'CopyObject with half of its body throws without a retry, though the copy is there',
    row: 's3-copy-200',
    service,
    source: `${s3Reference('CopyObject', 'Response and special errors')}; aws-sdk-js-v3, middleware-sdk-s3, throw-200-exceptions`,
    needs,
    run: async target => {
      const bucket = await target.bucket()
      await put(target, bucket, 'half-source')
      const write = () => refused(copy(target, bucket, ['half-source', 'half']))
      const refusal = await target.during({ operation: 'CopyObject', kind: 'truncated-200', times: 1 }, write)
      expect(refusal).toMatchObject({ name: 'Error', attempts: 1 })
      expect(await read(target, bucket, 'half')).toBe(body)
    },
  },
]
