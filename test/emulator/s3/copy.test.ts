import { CopyObjectCommand, CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { s3Calls } from '../calls.ts'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

let emulator: Emulator
let s3: ReturnType<typeof clientsFor>['s3']
const Bucket = 'artifacts'

beforeAll(async () => {
  emulator = await startEmulator()
  s3 = clientsFor(emulator).s3
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => emulator.close())

const { put } = s3Calls(() => s3, Bucket, 'the zip')

describe('CopyObject', () => {
  const copy = (Key: string, extra: Partial<ConstructorParameters<typeof CopyObjectCommand>[0]> = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...extra }))

  beforeAll(async () => {
    await put('source', { ChecksumAlgorithm: 'SHA256' })
  })

  it('can compute another checksum', async () => {
    const answer = await copy('summed', { ChecksumAlgorithm: 'CRC32' })
    expect(answer.CopyObjectResult?.ChecksumCRC32).toBeDefined()
    expect(answer.CopyObjectResult?.ChecksumSHA256).toBeUndefined()
  })

  it('refuses a missing source, and a copy onto itself that changes nothing', async () => {
    expect((await refusal(copy('x', { CopySource: `${Bucket}/nothing` }))).name).toBe('NoSuchKey')
    expect((await refusal(copy('source'))).name).toBe('InvalidRequest')
  })
})
