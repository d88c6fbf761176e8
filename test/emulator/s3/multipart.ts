import { randomBytes } from 'node:crypto'
import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { readBody } from './body.ts'
import { owner, xml } from './buckets.ts'
import type { Algorithm, Checksum } from './checksums.ts'
import { checksumFields } from './checksums.ts'
import { checkWriteConditions } from './conditions.ts'
import { openSource, sourceVersion } from './copy-object.ts'
import { s3Error } from './errors.ts'
import { objectHeaders, readTagging, writeHeaders } from './metadata.ts'
import { retentionOf } from './object-lock.ts'
import { addPart, compositeEtag, namedParts, openUpload, wholeChecksum } from './parts.ts'
import { readPartNumber } from './request-input.ts'
import type { MultipartUpload, S3Call } from './state.ts'
import { addVersion, openBucket, versionHeader } from './state.ts'

/** CreateMultipartUpload. */
export function createMultipartUpload(call: S3Call): Answer {
  const bucket = openBucket(call)
  const { headers } = call.request
  if (headers['x-amz-object-lock-mode'] !== undefined) {
    throw s3Error('NotImplemented', 501, 'The emulator does not implement uploads in parts with a lock')
  }
  const algorithm = headers['x-amz-checksum-algorithm'] as Algorithm | undefined
  const composite = algorithm !== undefined && algorithm !== 'CRC64NVME'
  const asked = headers['x-amz-checksum-type'] as Checksum['type'] | undefined
  const checksumType = asked ?? (composite ? 'COMPOSITE' : 'FULL_OBJECT')
  if (checksumType === 'FULL_OBJECT' && (algorithm === 'SHA1' || algorithm === 'SHA256')) {
    const message = `The FULL_OBJECT checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`
    throw s3Error('InvalidRequest', 400, message)
  }
  const upload: MultipartUpload = {
    uploadId: randomBytes(32).toString('base64url'),
    key: call.key,
    initiated: new Date(),
    headers: objectHeaders(call.request),
    tags: readTagging(call.request),
    checksumType,
    parts: new Map(),
    ...(algorithm === undefined ? {} : { algorithm }),
  }
  bucket.uploads.set(upload.uploadId, upload)
  const body = { Bucket: bucket.name, Key: call.key, UploadId: upload.uploadId }
  const result = xml(xmlDocument('InitiateMultipartUploadResult', body))
  const checksum =
    algorithm === undefined
      ? {}
      : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': checksumType }
  return { ...result, headers: { ...result.headers, ...writeHeaders(upload.headers), ...checksum } }
}

/** UploadPart. */
export function uploadPart(call: S3Call): Answer {
  const number = readPartNumber(call)
  const { upload } = openUpload(call)
  const { bytes, checksum } = readBody(call.request)
  const part = addPart(number, upload, bytes, checksum)
  const sum = part.checksum
    ? { [`x-amz-checksum-${part.checksum.algorithm.toLowerCase()}`]: part.checksum.value }
    : {}
  return answer(200, { etag: part.etag, ...sum, ...writeHeaders(upload.headers) })
}

/** UploadPartCopy. */
export function uploadPartCopy(call: S3Call): Answer {
  const number = readPartNumber(call)
  const { upload } = openUpload(call)
  const source = openSource(call)
  const range = /^bytes=(\d+)-(\d+)$/.exec(call.request.headers['x-amz-copy-source-range'] ?? '')
  const { body } = source.version
  const part = addPart(
    number,
    upload,
    range ? body.subarray(Number(range[1]), Number(range[2]) + 1) : body,
    undefined,
  )
  const result = xml(
    xmlDocument('CopyPartResult', { LastModified: part.lastModified.toISOString(), ETag: part.etag }),
  )
  return { ...result, headers: { ...result.headers, ...sourceVersion(source) } }
}

/** CompleteMultipartUpload. */
export function completeMultipartUpload(call: S3Call): Answer {
  const { bucket, upload } = openUpload(call)
  const parts = namedParts(call, upload)
  checkWriteConditions(call.request, bucket, call.key)
  const body = Buffer.concat(parts.map(part => part.body))
  const version = addVersion(bucket, {
    ...retentionOf(call, bucket),
    key: call.key,
    deleteMarker: false,
    body,
    size: body.length,
    etag: compositeEtag(parts),
    lastModified: new Date(),
    headers: upload.headers,
    tags: upload.tags,
    checksum: wholeChecksum(upload, parts, body),
    parts: parts.map(({ number, body: bytes, checksum }) => ({
      number,
      size: bytes.length,
      ...(checksum ? { checksum } : {}),
    })),
  })
  bucket.uploads.delete(upload.uploadId)
  const result = xml(
    xmlDocument('CompleteMultipartUploadResult', {
      Location: `http://${call.request.host}/${bucket.name}/${call.key}`,
      Bucket: bucket.name,
      Key: call.key,
      ETag: version.etag,
      ...(version.checksum ? checksumFields(version.checksum) : {}),
    }),
  )
  return {
    ...result,
    headers: { ...result.headers, ...writeHeaders(version.headers), ...versionHeader(bucket, version) },
  }
}

/** AbortMultipartUpload. */
export function abortMultipartUpload(call: S3Call): Answer {
  const { bucket, upload } = openUpload(call)
  bucket.uploads.delete(upload.uploadId)
  return answer(204)
}

/** ListParts. */
export function listParts(call: S3Call): Answer {
  const { bucket, upload } = openUpload(call)
  const parts = [...upload.parts.values()].sort((a, b) => a.number - b.number)
  return xml(
    xmlDocument('ListPartsResult', {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      IsTruncated: false,
      Part: parts.map(part => ({
        PartNumber: part.number,
        LastModified: part.lastModified.toISOString(),
        ETag: part.etag,
        Size: part.body.length,
      })),
      StorageClass: 'STANDARD',
    }),
  )
}

/** ListMultipartUploads. */
export function listMultipartUploads(call: S3Call): Answer {
  const bucket = openBucket(call)
  const Upload = [...bucket.uploads.values()].map(upload => ({
    Key: upload.key,
    UploadId: upload.uploadId,
    Initiator: owner(bucket.account),
    Owner: owner(bucket.account),
    StorageClass: 'STANDARD',
    Initiated: upload.initiated.toISOString(),
  }))
  return xml(xmlDocument('ListMultipartUploadsResult', { Bucket: bucket.name, IsTruncated: false, Upload }))
}
