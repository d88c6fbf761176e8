import { createHash } from 'node:crypto'
import type { CopyObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Target } from './target.ts'

type S3 = Pick<Target, 's3'>

/** What every object holds, unless told. */
export const body = 'the zip'

/** A SHA-256 as S3 writes it. */
export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('base64')

/** Puts an object. */
export function put({ s3 }: S3, Bucket: string, Key: string, extra: Partial<PutObjectCommandInput> = {}) {
  return s3.send(new PutObjectCommand({ Bucket, Key, Body: body, ...extra }))
}

/** Copies `<bucket>/<from>` to another key of the bucket. */
export function copy(
  { s3 }: S3,
  Bucket: string,
  [from, Key]: readonly [string, string],
  extra: Partial<CopyObjectCommandInput> = {},
) {
  return s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}`, ...extra }))
}

/** An object's metadata and checksum. */
export function head({ s3 }: S3, Bucket: string, Key: string) {
  return s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
}

/** An object's text. */
export async function read({ s3 }: S3, Bucket: string, Key: string, VersionId?: string) {
  return (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString()
}

/** Uploads an object in one part, which is a multipart object all the same, up to its completion. */
export async function multipart({ s3 }: S3, Bucket: string, Key: string, Body = body) {
  const ChecksumAlgorithm = 'SHA256' as const
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm }))
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body, ChecksumAlgorithm }
  const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand(part))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] }
  return (IfNoneMatch?: string) =>
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, IfNoneMatch, MultipartUpload }))
}
