import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** The checksum algorithms of S3. */
export const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const

/** One of them. */
export type Algorithm = (typeof algorithms)[number]

/** A checksum in base64; a composite one is made from the checksums of parts. */
export type Checksum = { algorithm: Algorithm; value: string; type: 'FULL_OBJECT' | 'COMPOSITE' }

/** How many bytes each algorithm gives. */
export const checksumLengths: Record<Algorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

const crc32cTable = makeTable(0x82f63b78)
const crc64Tables = makeCrc64Tables()

/** The checksum of these bytes, in base64. */
export function computeChecksum(algorithm: Algorithm, bytes: Buffer): string {
  switch (algorithm) {
    case 'CRC32':
      return base64Of(crc32(bytes))
    case 'CRC32C':
      return base64Of(crc32c(bytes))
    case 'CRC64NVME':
      return crc64nvme(bytes)
    case 'SHA1':
      return createHash('sha1').update(bytes).digest('base64')
    case 'SHA256':
      return createHash('sha256').update(bytes).digest('base64')
  }
}

/** A checksum as response headers. */
export function checksumHeaders(checksum: Checksum): Record<string, string> {
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }
}

/** A checksum as XML elements. */
export function checksumFields(checksum: Checksum): Record<string, string> {
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
}

function base64Of(value: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes.toString('base64')
}

function makeTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    return value >>> 0
  })
}

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}

// Two 32-bit halves, because BigInt takes seconds for a zip of usual size.
function makeCrc64Tables(): { high: Uint32Array; low: Uint32Array } {
  const polynomial = 0x9a6c9329ac4bc9b5n
  const high = new Uint32Array(256)
  const low = new Uint32Array(256)
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index)
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
    high[index] = Number(value >> 32n)
    low[index] = Number(value & 0xffffffffn)
  }
  return { high, low }
}

function crc64nvme(bytes: Buffer): string {
  let high = 0xffffffff
  let low = 0xffffffff
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (crc64Tables.low[index] ?? 0)
    high = (high >>> 8) ^ (crc64Tables.high[index] ?? 0)
  }
  const result = Buffer.alloc(8)
  result.writeUInt32BE(~high >>> 0, 0)
  result.writeUInt32BE(~low >>> 0, 4)
  return result.toString('base64')
}
