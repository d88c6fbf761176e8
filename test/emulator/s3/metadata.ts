import type { HttpRequest } from '../protocol/protocol.ts'
import { contentEncoding } from './body.ts'
import { readTagsHeader } from './tags.ts'

const kept = ['content-type', 'content-disposition', 'content-language', 'cache-control', 'expires']
const encryption = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
]

/** The headers of a request that an object keeps: content headers, encryption, storage class, user metadata. */
export function objectHeaders(request: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' }
  for (const name of kept) copy(request, headers, name)
  for (const name of Object.keys(request.headers))
    if (name.startsWith('x-amz-meta-')) copy(request, headers, name)
  const coding = contentEncoding(request)
  if (coding !== undefined) headers['content-encoding'] = coding
  return { ...headers, ...encryptionHeaders(request), ...storageClass(request) }
}

/** The encryption that a request asks for; S3 encrypts everything with AES256 otherwise. */
export function encryptionHeaders(request: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = { 'x-amz-server-side-encryption': 'AES256' }
  for (const name of encryption) copy(request, headers, name)
  return headers
}

/** Those of an object's headers that answer a write. */
export function writeHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    encryption.flatMap(name => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )
}

/** The tags that a request gives an object. */
export function readTagging(request: HttpRequest): [string, string][] {
  return readTagsHeader(request.headers['x-amz-tagging'] ?? '').map(({ Key, Value }) => [Key, Value])
}

function copy(request: HttpRequest, headers: Record<string, string>, name: string): void {
  const value = request.headers[name]
  if (value !== undefined) headers[name] = value
}

function storageClass(request: HttpRequest): Record<string, string> {
  const value = request.headers['x-amz-storage-class']
  return value === undefined || value === 'STANDARD' ? {} : { 'x-amz-storage-class': value }
}
