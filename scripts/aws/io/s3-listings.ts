import { createHash } from 'node:crypto'
import type {
  ListObjectsV2CommandInput,
  ListObjectsV2Output,
  ListObjectVersionsOutput,
} from '@aws-sdk/client-s3'
import { incompleteAnswer, required } from './calls.ts'
import { type Bucket, explain } from './s3-bucket.ts'

/** What a listing says of an object. */
export type ListedObject = {
  readonly key: string
  readonly etag: string /** In bytes. */
  readonly size: number
}

/** Every object whose key starts with a prefix. */
export async function list(at: Bucket, prefix: string): Promise<ListedObject[]> {
  const pages = await listed(at, prefix)
  return pages.flatMap(({ Contents = [] }) =>
    Contents.flatMap(({ Key, ETag = '', Size = 0 }) =>
      Key === undefined ? [] : { key: Key, etag: ETag, size: Size },
    ),
  )
}

/**
 * Whether a listing shows that an object is exactly this text. An ETag is the MD5 of what S3 stores, and for a given text
 * nobody can make another one with the same MD5. Of what came in parts, or is encrypted with a key of KMS, it is something
 * else, so `false` says nothing.
 */
export function isListedAs({ etag, size }: ListedObject, text: string): boolean {
  const bytes = Buffer.from(text)
  return size === bytes.length && etag === `"${md5(bytes)}"`
}

function md5(bytes: Uint8Array): string | undefined {
  try {
    return createHash('md5').update(bytes).digest('hex')
  } catch {
    // Some machines forbid it.
    return undefined
  }
}

/** The first part of each key after a prefix, up to the next slash. */
export async function folders(at: Bucket, prefix: string): Promise<string[]> {
  const pages = await listed(at, prefix, { Delimiter: '/' })
  const found = pages.flatMap(({ CommonPrefixes = [] }) =>
    CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []),
  )
  return found.map(folder => folder.slice(prefix.length, -1))
}

async function listed(
  at: Bucket,
  prefix: string,
  more: Partial<ListObjectsV2CommandInput> = {},
): Promise<ListObjectsV2Output[]> {
  const { client, sdk } = at
  const pages: ListObjectsV2Output[] = []
  try {
    for await (const page of sdk.paginateListObjectsV2({ client }, { ...within(at, prefix), ...more }))
      pages.push(whole(page))
  } catch (error) {
    throw explain(at, error, `list ${prefix === '' ? 'its keys' : prefix}`)
  }
  return pages
}

/** The first key that starts with a prefix, if there is one, the key after it, and the time of AWS. */
export type First = {
  readonly key: string | undefined
  readonly next: string | undefined
  readonly time: Date
}

/** Finds the first key that starts with a prefix. */
export async function first(at: Bucket, prefix: string): Promise<First> {
  const { client, sdk } = at
  const command = new sdk.ListObjectsV2Command({ ...within(at, prefix), MaxKeys: 2 })
  let date = ''
  command.middlewareStack.add(
    next => async args => {
      const result = await next(args)
      date = (result.response as { headers?: Record<string, string> }).headers?.date ?? ''
      return result
    },
    { step: 'deserialize', name: 'keepDate' },
  )
  try {
    const { Contents = [], IsTruncated } = whole(await client.send(command))
    // A page may have fewer keys than were asked for: only the last one shows that there is none.
    if (Contents.length === 0 && IsTruncated) throw incompleteAnswer()
    const time = new Date(date)
    if (Number.isNaN(time.getTime())) throw incompleteAnswer()
    return { key: Contents[0]?.Key, next: Contents[1]?.Key, time }
  } catch (error) {
    throw explain(at, error, `list ${prefix}`)
  }
}

/** Every key that starts with a prefix and was written more than once, or was deleted, in a versioned bucket. */
export async function rewritten(at: Bucket, prefix: string): Promise<string[]> {
  const keys = new Set<string>()
  // The SDK has no paginator for this operation.
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {}
  while (next !== undefined) {
    const page: ListObjectVersionsOutput = await listVersions(at, prefix, next)
    const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page
    const replaced = Versions.filter(({ IsLatest }) => IsLatest !== true)
    for (const { Key } of [...replaced, ...DeleteMarkers]) if (Key !== undefined) keys.add(Key)
    next = IsTruncated ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined
  }
  return [...keys]
}

async function listVersions(at: Bucket, prefix: string, from: object): Promise<ListObjectVersionsOutput> {
  const { client, sdk } = at
  try {
    const page = await client.send(new sdk.ListObjectVersionsCommand({ ...within(at, prefix), ...from }))
    required(page.IsTruncated)
    return page
  } catch (error) {
    throw explain(at, error, `list the versions of ${prefix}`)
  }
}

/** Throws if there is no bucket, or if its keys with a prefix cannot be listed. */
export async function confirmBucket(at: Bucket, prefix: string): Promise<void> {
  const { client, sdk } = at
  await client.send(new sdk.ListObjectsV2Command({ ...within(at, prefix), MaxKeys: 1 })).catch(error => {
    throw explain(at, error, 'read the bucket')
  })
}

function within({ bucket, settings }: Bucket, prefix: string) {
  return { Bucket: bucket, ExpectedBucketOwner: settings.account, Prefix: prefix }
}

/** A listing always says how many keys it has: one that does not was lost on its way, and is no empty list. */
function whole(page: ListObjectsV2Output): ListObjectsV2Output {
  required(page.KeyCount)
  return page
}
