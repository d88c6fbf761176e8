import { expect } from 'vitest'
import type { FaultKind } from '../emulator/emulator.ts'
import { digestOf, pushed, put as putImage } from './ecr-images.ts'
import type { Expectation } from './expectation.ts'
import { s3Reference } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, copy, put, read } from './s3-objects.ts'
import type { Target } from './target.ts'

const needs = 'faults'
const service = 's3'
const retries =
  'AWS SDKs and Tools Reference Guide, Retry behavior; Smithy TypeScript, service-error-classification'
const errorsIn200 = `${s3Reference('CopyObject', 'Response and special errors')}; aws-sdk-js-v3, middleware-sdk-s3, throw-200-exceptions`

/** What the SDK makes of answers that AWS gives when something goes wrong; one at a time, since faults strike anyone. */
export const faultExpectations: Expectation[] = [
  ...(['throttle', 'error500', 'error503', 'reset-before'] as const).map(
    (kind): Expectation => ({
      title: `PutObject is tried again after ${kind}`,
      row: 'sts-retries',
      service,
      source: retries,
      needs,
      run: target => succeedsOnRetry(target, kind, putDuring),
    }),
  ),
  {
    title: 'PutImage is tried three times when it is throttled, and not more',
    row: 'sts-retries',
    service: 'ecr',
    source: retries,
    needs,
    run: async target => {
      const { repository, image } = await pushed(target, 'throttled')
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
      const refusal = await refused(putDuring(target, 'reset-after', bucket, 'lost'))
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
      const refusal = await refused(putDuring(target, 'conflict-409', bucket, 'conflict'))
      expect(refusal).toMatchObject({ name: 'ConditionalRequestConflict', status: 409, attempts: 1 })
    },
  },
  ...(['error-in-200', 'empty-200'] as const).map(
    (kind): Expectation => ({
      title: `CopyObject is tried again after ${kind === 'empty-200' ? 'an empty 200' : 'a 200 with an error inside'}`,
      row: 's3-copy-200',
      service,
      source: errorsIn200,
      needs,
      run: target => succeedsOnRetry(target, kind, copyDuring),
    }),
  ),
  {
    title: 'CopyObject with half of its body throws without a retry, though the copy is there',
    row: 's3-copy-200',
    service,
    source: errorsIn200,
    needs,
    run: async target => {
      const bucket = await target.bucket()
      const refusal = await refused(copyDuring(target, 'truncated-200', bucket, 'half'))
      expect(refusal).toMatchObject({ name: 'Error', attempts: 1 })
      expect(await read(target, bucket, 'half')).toBe(body)
    },
  },
]

/** Puts an object where there is none, while a fault strikes once. */
function putDuring(target: Target, kind: FaultKind, bucket: string, key: string) {
  const write = () => put(target, bucket, key, { IfNoneMatch: '*' })
  return target.during({ operation: 'PutObject', kind, times: 1 }, write)
}

/** Copies an object that was just put, while a fault strikes once. */
async function copyDuring(target: Target, kind: FaultKind, bucket: string, key: string) {
  await put(target, bucket, `${key}-source`)
  const write = () => copy(target, bucket, [`${key}-source`, key])
  return await target.during({ operation: 'CopyObject', kind, times: 1 }, write)
}

async function succeedsOnRetry(
  target: Target,
  kind: FaultKind,
  writeDuring: typeof putDuring | typeof copyDuring,
) {
  const bucket = await target.bucket()
  const answer = await writeDuring(target, kind, bucket, kind)
  expect(answer.$metadata.attempts).toBe(2)
  expect(await read(target, bucket, kind)).toBe(body)
}
