import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

let emulator: Emulator
let s3: ReturnType<typeof clientsFor>['s3']
const Bucket = 'multipart'
const bodies = [Buffer.alloc(5 * 1024 ** 2, 'a'), Buffer.from('the end')]

beforeAll(async () => {
  emulator = await startEmulator()
  s3 = clientsFor(emulator).s3
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => emulator.close())

async function upload(Key: string) {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
  )
  const Parts: { PartNumber: number; ETag?: string | undefined; ChecksumSHA256?: string | undefined }[] = []
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1
    const part = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: 'SHA256' }),
    )
    Parts.push({ PartNumber, ETag: part.ETag, ChecksumSHA256: part.ChecksumSHA256 })
  }
  const complete = (IfNoneMatch?: string) =>
    s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, IfNoneMatch, MultipartUpload: { Parts } }),
    )
  return { UploadId, Parts, complete }
}

it('tells how many parts it has', async () => {
  await (await upload('big')).complete()
  const ObjectAttributes: ('ObjectParts' | 'ObjectSize')[] = ['ObjectParts', 'ObjectSize']
  const answer = await s3.send(new GetObjectAttributesCommand({ Bucket, Key: 'big', ObjectAttributes }))
  expect(answer).toMatchObject({ ObjectParts: { TotalPartsCount: 2 }, ObjectSize: 5 * 1024 ** 2 + 7 })
})

it('lists and aborts uploads, and refuses wrong parts', async () => {
  const { UploadId, Parts } = await upload('aborted')
  const target = { Bucket, Key: 'aborted', UploadId }
  expect((await s3.send(new ListPartsCommand(target))).Parts?.map(part => part.Size)).toEqual(
    bodies.map(body => body.length),
  )
  expect(
    (await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.map(({ Key }) => Key),
  ).toContain('aborted')
  const complete = (chosen: object[]) =>
    s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: chosen } }))
  expect((await refusal(complete([...Parts].reverse()))).name).toBe('InvalidPartOrder')
  expect((await refusal(complete([{ PartNumber: 1, ETag: '"0"' }]))).name).toBe('InvalidPart')
  await s3.send(new AbortMultipartUploadCommand(target))
  expect((await refusal(complete(Parts))).name).toBe('NoSuchUpload')
})
