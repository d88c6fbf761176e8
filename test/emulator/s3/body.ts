import { createHash } from 'node:crypto'
import type { HttpRequest } from '../protocol/protocol.ts'
import type { Algorithm, Checksum } from './checksums.ts'
import { algorithms, checksumLengths, computeChecksum } from './checksums.ts'
import { s3Error } from './errors.ts'

/** A request's body without its transfer coding, and the checksum that came with it. */
export type ReadBody = { bytes: Buffer; checksum?: Checksum }

/** Decodes `aws-chunked`, and verifies every checksum that the client sent, in a header or a trailer. */
export function readBody(request: HttpRequest): ReadBody {
  const { bytes, trailers } = decode(request)
  checkPayloadHash(request, bytes)
  checkMd5(request, bytes)
  const sent = sentChecksums({ ...request.headers, ...trailers })
  const [first, second] = sent
  if (second) {
    throw s3Error(
      'InvalidRequest',
      400,
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  }
  if (!first) {
    if (request.headers['x-amz-sdk-checksum-algorithm'] === undefined) return { bytes }
    const message =
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.'
    throw s3Error('InvalidRequest', 400, message)
  }
  return { bytes, checksum: verify(first, bytes) }
}

/** The value of Content-Encoding to keep: `aws-chunked` is a coding of the transfer, not of the object. */
export function contentEncoding(request: HttpRequest): string | undefined {
  const codings = (request.headers['content-encoding'] ?? '').split(',').map(coding => coding.trim())
  const kept = codings.filter(coding => coding !== '' && coding !== 'aws-chunked').join(',')
  return kept === '' ? undefined : kept
}

function decode(request: HttpRequest): { bytes: Buffer; trailers: Record<string, string> } {
  if (!request.headers['x-amz-content-sha256']?.startsWith('STREAMING-'))
    return { bytes: request.body, trailers: {} }
  const decoded = decodeChunks(request.body)
  const announced = request.headers['x-amz-decoded-content-length']
  if (decoded && (announced === undefined || Number(announced) === decoded.bytes.length)) return decoded
  throw s3Error('IncompleteBody', 400, 'The request body terminated unexpectedly')
}

function decodeChunks(body: Buffer): { bytes: Buffer; trailers: Record<string, string> } | undefined {
  const chunks: Buffer[] = []
  let offset = 0
  for (;;) {
    const end = body.indexOf('\r\n', offset)
    const size = end < 0 ? Number.NaN : Number.parseInt(body.toString('latin1', offset, end), 16)
    if (Number.isNaN(size)) return undefined
    if (size === 0)
      return { bytes: Buffer.concat(chunks), trailers: readTrailers(body.toString('latin1', end + 2)) }
    const start = end + 2
    if (body.length < start + size + 2) return undefined
    chunks.push(body.subarray(start, start + size))
    offset = start + size + 2
  }
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {}
  for (const line of text.split(/\r?\n/)) {
    const separator = line.indexOf(':')
    if (separator > 0)
      trailers[line.slice(0, separator).trim().toLowerCase()] = line.slice(separator + 1).trim()
  }
  return trailers
}

function checkPayloadHash(request: HttpRequest, bytes: Buffer): void {
  const claimed = request.headers['x-amz-content-sha256']
  if (claimed === undefined || !/^[0-9a-f]{64}$/.test(claimed)) return
  if (createHash('sha256').update(bytes).digest('hex') === claimed) return
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed."
  throw s3Error('XAmzContentSHA256Mismatch', 400, message)
}

function checkMd5(request: HttpRequest, bytes: Buffer): void {
  const claimed = request.headers['content-md5']
  if (claimed === undefined) return
  if (Buffer.from(claimed, 'base64').length !== 16) {
    throw s3Error('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.')
  }
  if (createHash('md5').update(bytes).digest('base64') === claimed) return
  throw s3Error('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.')
}

function sentChecksums(headers: Record<string, string>): { algorithm: Algorithm; value: string }[] {
  return algorithms.flatMap(algorithm => {
    const value = headers[`x-amz-checksum-${algorithm.toLowerCase()}`]
    return value === undefined ? [] : [{ algorithm, value }]
  })
}

function verify({ algorithm, value }: { algorithm: Algorithm; value: string }, bytes: Buffer): Checksum {
  if (Buffer.from(value, 'base64').length !== checksumLengths[algorithm]) {
    const message = `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`
    throw s3Error('InvalidRequest', 400, message)
  }
  if (computeChecksum(algorithm, bytes) !== value) {
    throw s3Error('BadDigest', 400, `The ${algorithm} you specified did not match the calculated checksum.`)
  }
  return { algorithm, value, type: 'FULL_OBJECT' }
}
