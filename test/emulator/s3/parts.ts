import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Checksum } from './checksums.ts'
import { algorithms, computeChecksum } from './checksums.ts'
import { s3Error } from './errors.ts'
import { etagOf } from './put-object.ts'
import type { Bucket, MultipartUpload, Part, S3Call } from './state.ts'
import { openBucket } from './state.ts'
import { element, many, readDocument, whole } from './xml-input.ts'

/** The least that every part but the last must have: 5 MiB. */
const minPartBytes = 5 * 1024 ** 2

const sums = Object.fromEntries(
  algorithms.map(algorithm => [`Checksum${algorithm}`, z.string().exactOptional()]),
)
/** CompleteMultipartUpload. */
const completeSchema = element({
  Part: many(element({ PartNumber: whole, ETag: z.string(), ...sums }), { least: 1, most: 10_000 }),
})

/** Finds the upload that a request names. */
export function openUpload(call: S3Call): { bucket: Bucket; upload: MultipartUpload } {
  const bucket = openBucket(call)
  const uploadId = call.request.query.get('uploadId') ?? ''
  const upload = bucket.uploads.get(uploadId)
  if (upload && upload.key === call.key) return { bucket, upload }
  const message =
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.'
  throw s3Error('NoSuchUpload', 404, message, { UploadId: uploadId })
}

/** Keeps a part, in the place of one with the same number. */
export function addPart(
  number: number,
  upload: MultipartUpload,
  body: Buffer,
  sent: Checksum | undefined,
): Part {
  const { algorithm } = upload
  const computed = algorithm && {
    algorithm,
    value: computeChecksum(algorithm, body),
    type: 'FULL_OBJECT' as const,
  }
  const checksum = computed ?? sent
  const part = {
    number,
    body,
    etag: etagOf(body),
    lastModified: new Date(),
    ...(checksum ? { checksum } : {}),
  }
  upload.parts.set(number, part)
  return part
}

/** The parts that a completion names, in their order, once S3's rules for them hold. */
export function namedParts(call: S3Call, upload: MultipartUpload): Part[] {
  const text = call.request.body.toString('utf8')
  const { Part } = readDocument('CompleteMultipartUpload', completeSchema, text)
  const named = Part.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag.replaceAll('"', '') }))
  if (named.some(({ number }, index) => index > 0 && number <= (named[index - 1]?.number ?? 0))) {
    throw s3Error(
      'InvalidPartOrder',
      400,
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    )
  }
  return named.map(({ number, etag }, index) => {
    const part = upload.parts.get(number)
    if (!part || part.etag.replaceAll('"', '') !== etag) {
      const message =
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
      throw s3Error('InvalidPart', 400, message, { PartNumber: String(number) })
    }
    if (index < named.length - 1 && part.body.length < minPartBytes) {
      throw s3Error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size')
    }
    return part
  })
}

/** The entity tag of a multipart object: the hash of its parts' hashes, and their number. */
export function compositeEtag(parts: Part[]): string {
  const hash = createHash('md5')
  for (const part of parts) hash.update(Buffer.from(part.etag.replaceAll('"', ''), 'hex'))
  return `"${hash.digest('hex')}-${parts.length}"`
}

/** The checksum of a multipart object: of its bytes, or of its parts' checksums. */
export function wholeChecksum(upload: MultipartUpload, parts: Part[], body: Buffer): Checksum {
  const algorithm = upload.algorithm ?? 'CRC64NVME'
  if (upload.checksumType === 'FULL_OBJECT') {
    return { algorithm, value: computeChecksum(algorithm, body), type: 'FULL_OBJECT' }
  }
  const sums = Buffer.concat(parts.map(part => Buffer.from(part.checksum?.value ?? '', 'base64')))
  return { algorithm, value: `${computeChecksum(algorithm, sums)}-${parts.length}`, type: 'COMPOSITE' }
}
