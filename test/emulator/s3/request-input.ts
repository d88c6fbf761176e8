import { z } from 'zod'
import type { Problem } from '../protocol/validation.ts'
import { readInput, refuseWhen } from '../protocol/validation.ts'
import { algorithms } from './checksums.ts'
import { s3Error } from './errors.ts'
import type { S3Call } from './state.ts'

/** The longest key (Amazon S3 User Guide, Naming Amazon S3 objects), and all of an object's own metadata together. */
const most = { keyBytes: 1024, metadataBytes: 2048 }

const storageClasses = [
  ...(['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING'] as const),
  ...(['GLACIER', 'DEEP_ARCHIVE', 'OUTPOSTS', 'GLACIER_IR', 'SNOW', 'EXPRESS_ONEZONE'] as const),
]
const attributes = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']
const noChecksum =
  'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]'

/** The headers whose values S3 looks at, with what it answers to another one (Amazon S3 API reference, Error responses). */
const headersSchema = z.looseObject({
  'x-amz-storage-class': oneOf(
    storageClasses,
    'InvalidStorageClass',
    'The storage class you specified is not valid',
  ),
  'x-amz-server-side-encryption': oneOf(
    ['AES256', 'aws:kms', 'aws:kms:dsse'],
    'InvalidArgument',
    'The encryption method specified is not supported',
  ),
  'x-amz-metadata-directive': oneOf(['COPY', 'REPLACE'], 'InvalidArgument', 'Unknown metadata directive.'),
  'x-amz-tagging-directive': oneOf(['COPY', 'REPLACE'], 'InvalidArgument', 'Unknown tagging directive.'),
  'x-amz-checksum-algorithm': oneOf(algorithms, 'InvalidRequest', noChecksum),
  'x-amz-sdk-checksum-algorithm': oneOf(algorithms, 'InvalidRequest', noChecksum),
  'x-amz-checksum-type': oneOf(
    ['COMPOSITE', 'FULL_OBJECT'],
    'InvalidRequest',
    'Value for x-amz-checksum-type header is invalid.',
  ),
  'x-amz-object-attributes': z
    .string()
    .superRefine((text, context) => {
      const isKnown = text.split(',').every(name => attributes.includes(name.trim()))
      refuseWhen(context, !isKnown, 'Invalid attribute name specified.', 'InvalidArgument')
    })
    .exactOptional(),
})

const partNumber = count('Part number must be an integer between 1 and 10000, inclusive', 1, 10_000)

/** The parameters whose values S3 looks at. */
const querySchema = z.looseObject({
  'max-keys': count(
    'Provided max-keys not an integer or within integer range',
    0,
    2_147_483_647,
  ).exactOptional(),
  partNumber: partNumber.exactOptional(),
  'encoding-type': oneOf(['url'], 'InvalidArgument', 'Invalid Encoding Method specified in Request'),
})

/** Refuses a key, a header or a parameter that S3 refuses, whatever the operation. */
export function checkRequest({ request, key }: Pick<S3Call, 'request' | 'key'>): void {
  checkKey(key)
  readInput(headersSchema, request.headers, refuse)
  readInput(querySchema, Object.fromEntries(request.query), refuse)
  checkMetadata(request.headers)
}

/** Refuses a key that is too long, wherever a request names one. */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key)
  if (size <= most.keyBytes) return
  const fields = { Size: String(size), MaxSizeAllowed: String(most.keyBytes) }
  throw s3Error('KeyTooLongError', 400, 'Your key is too long', fields)
}

/** The number of the part that a request uploads, which it has to name. */
export function readPartNumber({ request }: Pick<S3Call, 'request'>): number {
  const named = { partNumber: request.query.get('partNumber') ?? '' }
  return Number(readInput(z.object({ partNumber }), named, refuse).partNumber)
}

function checkMetadata(headers: Record<string, string>): void {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'))
  const size = own.reduce((sum, [name, value]) => {
    return sum + Buffer.byteLength(name.slice('x-amz-meta-'.length)) + Buffer.byteLength(value)
  }, 0)
  if (size <= most.metadataBytes) return
  const fields = { Size: String(size), MaxSizeAllowed: String(most.metadataBytes) }
  throw s3Error(
    'MetadataTooLarge',
    400,
    'Your metadata headers exceed the maximum allowed metadata size',
    fields,
  )
}

function oneOf(values: readonly string[], code: string, message: string) {
  return z
    .string()
    .superRefine((value, context) => refuseWhen(context, !values.includes(value), message, code))
    .exactOptional()
}

function count(message: string, least: number, largest: number) {
  return z.string().superRefine((text, context) => {
    const isIn = /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= largest
    refuseWhen(context, !isIn, message, 'InvalidArgument')
  })
}

function refuse([problem]: Problem[]) {
  return s3Error(problem?.code ?? 'InvalidArgument', 400, problem?.constraint ?? 'Invalid Argument')
}
