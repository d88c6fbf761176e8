import type { Answer } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'
import { xmlDocument } from '../protocol/xml.ts'
import { owner, xml } from './buckets.ts'
import { s3Error } from './errors.ts'
import { storageClassOf } from './get-object.ts'
import type { ObjectVersion, S3Call } from './state.ts'
import { openBucket } from './state.ts'

type Listing = { entries: ({ key: string } | { prefix: string })[]; next?: string }
type Query = {
  prefix: string
  delimiter: string
  maxKeys: number
  encode: (text: string) => string
  encodingType: string | undefined
}

/** ListObjectsV2. */
export function listObjectsV2(call: S3Call): Answer {
  const bucket = openBucket(call)
  const query = readQuery(call)
  const token = call.request.query.get('continuation-token') ?? undefined
  const startAfter = call.request.query.get('start-after') ?? undefined
  const after = token === undefined ? startAfter : readToken(token)
  const current = currentVersions(bucket.objects)
  const listing = list([...current.keys()], query, after)
  return xml(
    xmlDocument('ListBucketResult', {
      Name: bucket.name,
      Prefix: query.encode(query.prefix),
      StartAfter: startAfter === undefined ? undefined : query.encode(startAfter),
      ContinuationToken: token,
      NextContinuationToken:
        listing.next === undefined ? undefined : Buffer.from(listing.next).toString('base64'),
      KeyCount: listing.entries.length,
      MaxKeys: query.maxKeys,
      Delimiter: query.delimiter === '' ? undefined : query.encode(query.delimiter),
      EncodingType: query.encodingType,
      IsTruncated: listing.next !== undefined,
      ...contents(
        listing,
        current,
        query,
        call.request.query.get('fetch-owner') === 'true' ? bucket.account : undefined,
      ),
    }),
  )
}

/** ListObjects, the first version. */
export function listObjects(call: S3Call): Answer {
  const bucket = openBucket(call)
  const query = readQuery(call)
  const marker = call.request.query.get('marker') ?? ''
  const current = currentVersions(bucket.objects)
  const listing = list([...current.keys()], query, marker)
  return xml(
    xmlDocument('ListBucketResult', {
      Name: bucket.name,
      Prefix: query.encode(query.prefix),
      Marker: query.encode(marker),
      NextMarker:
        listing.next === undefined || query.delimiter === '' ? undefined : query.encode(listing.next),
      MaxKeys: query.maxKeys,
      Delimiter: query.delimiter === '' ? undefined : query.encode(query.delimiter),
      EncodingType: query.encodingType,
      IsTruncated: listing.next !== undefined,
      ...contents(listing, current, query, bucket.account),
    }),
  )
}

/** ListObjectVersions. */
export function listObjectVersions(call: S3Call): Answer {
  const bucket = openBucket(call)
  const query = readQuery(call)
  const keyMarker = call.request.query.get('key-marker') ?? ''
  const versionMarker = call.request.query.get('version-id-marker') ?? ''
  checkVersionMarker(call)
  const all = [...bucket.objects.keys()]
    .filter(key => key.startsWith(query.prefix))
    .sort(byBytes)
    .flatMap(key => bucket.objects.get(key) ?? [])
  const marked = all.findIndex(version => version.key === keyMarker && version.versionId === versionMarker)
  const rest =
    marked >= 0 ? all.slice(marked + 1) : all.filter(version => byBytes(version.key, keyMarker) > 0)
  const page = rest.slice(0, query.maxKeys)
  const last = rest.length > page.length ? page.at(-1) : undefined
  const print = (version: ObjectVersion): Record<string, Xml> => ({
    Key: query.encode(version.key),
    VersionId: version.versionId,
    IsLatest: bucket.objects.get(version.key)?.[0] === version,
    LastModified: version.lastModified.toISOString(),
    ...(version.deleteMarker
      ? {}
      : { ETag: version.etag, Size: version.size, StorageClass: storageClassOf(version) }),
    Owner: owner(bucket.account),
  })
  return xml(
    xmlDocument('ListVersionsResult', {
      Name: bucket.name,
      Prefix: query.encode(query.prefix),
      KeyMarker: query.encode(keyMarker),
      VersionIdMarker: versionMarker,
      NextKeyMarker: last === undefined ? undefined : query.encode(last.key),
      NextVersionIdMarker: last?.versionId,
      MaxKeys: query.maxKeys,
      EncodingType: query.encodingType,
      IsTruncated: last !== undefined,
      Version: page.filter(version => !version.deleteMarker).map(print),
      DeleteMarker: page.filter(version => version.deleteMarker).map(print),
    }),
  )
}

function checkVersionMarker({ request: { query } }: S3Call): void {
  const marker = query.get('version-id-marker')
  if (marker === null) return
  const fields = { ArgumentName: 'version-id-marker', ArgumentValue: marker }
  if (marker === '') {
    throw s3Error('InvalidArgument', 400, 'A version-id marker cannot be empty.', fields)
  }
  if (query.get('key-marker')) return
  const message = 'A version-id marker cannot be specified without a key marker.'
  throw s3Error('InvalidArgument', 400, message, fields)
}

function list(keys: string[], query: Query, after: string | undefined): Listing {
  const entries: Listing['entries'] = []
  let last: string | undefined
  for (const key of keys.sort(byBytes)) {
    if (!key.startsWith(query.prefix) || isBefore(key, after, query)) continue
    const cut = query.delimiter === '' ? -1 : key.indexOf(query.delimiter, query.prefix.length)
    const entry = cut < 0 ? { key } : { prefix: key.slice(0, cut + query.delimiter.length) }
    const name = 'key' in entry ? entry.key : entry.prefix
    if (name === last) continue
    if (entries.length === query.maxKeys) return last === undefined ? { entries } : { entries, next: last }
    entries.push(entry)
    last = name
  }
  return { entries }
}

function isBefore(key: string, after: string | undefined, { delimiter }: Query): boolean {
  if (after === undefined || after === '') return false
  // A marker that is a common prefix stands for all that is under it.
  return byBytes(key, after) <= 0 || (delimiter !== '' && after.endsWith(delimiter) && key.startsWith(after))
}

function contents(
  listing: Listing,
  current: Map<string, ObjectVersion>,
  query: Query,
  account: string | undefined,
): Record<string, Xml> {
  const objects = listing.entries.flatMap(entry =>
    'key' in entry ? [current.get(entry.key) as ObjectVersion] : [],
  )
  const prefixes = listing.entries.flatMap(entry => ('prefix' in entry ? [entry.prefix] : []))
  return {
    Contents: objects.map(version => ({
      Key: query.encode(version.key),
      LastModified: version.lastModified.toISOString(),
      ETag: version.etag,
      ChecksumAlgorithm: version.checksum?.algorithm,
      ChecksumType: version.checksum?.type,
      Size: version.size,
      StorageClass: storageClassOf(version),
      Owner: account === undefined ? undefined : owner(account),
    })),
    CommonPrefixes: prefixes.map(prefix => ({ Prefix: query.encode(prefix) })),
  }
}

function currentVersions(objects: Map<string, ObjectVersion[]>): Map<string, ObjectVersion> {
  const current = new Map<string, ObjectVersion>()
  for (const [key, [version]] of objects) if (version && !version.deleteMarker) current.set(key, version)
  return current
}

function readQuery({ request: { query } }: S3Call): Query {
  const maxKeys = Number(query.get('max-keys') ?? 1000)
  const encodingType = query.get('encoding-type') ?? undefined
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: Math.min(1000, maxKeys),
    encodingType,
    encode: text => (encodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text),
  }
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8')
  if (text !== '' && Buffer.from(text).toString('base64') === token) return text
  throw s3Error('InvalidArgument', 400, 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  })
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
