import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { UserError } from '../../base/user-error.ts'
import { type Digest, digestBase64, digestFromBase64, digestFromHex } from '../../names/digest.ts'
import { awsErrors } from '../errors.ts'
import { type AwsSettings, awsFailure, incompleteAnswer, isRefusal } from './calls.ts'
import { openS3 } from './clients.ts'
import { type Written, writeOnce } from './conditional-write.ts'
import { type Bucket, explain } from './s3-bucket.ts'
import {
  confirmBucket,
  type First,
  first,
  folders,
  type ListedObject,
  list,
  rewritten,
} from './s3-listings.ts'

/** An object in a bucket. */
export type StoredObject = {
  readonly key: string
  /** The SHA-256 of its bytes; undefined if it was stored without one. */
  readonly digest: Digest | undefined
  readonly etag: string
  readonly versionId: string | undefined
  /** In bytes. */
  readonly size: number
}

/** The calls that Waybill makes to a bucket: of artifacts, of a state, or of a ledger. */
export type S3 = {
  readonly bucket: string
  /** What is stored under a key; undefined if there is nothing. */
  find(key: string): Promise<StoredObject | undefined>
  /** The text stored under a key; undefined if there is nothing. */
  read(key: string): Promise<string | undefined>
  /** The bytes stored under a key; undefined if there is nothing. */
  readBytes(key: string): Promise<Uint8Array | undefined>
  /** Every key that starts with a prefix. */
  list(prefix: string): Promise<string[]>
  /** The same with what the listing says of each object. */
  listObjects(prefix: string): Promise<ListedObject[]>
  /** The first key that starts with a prefix, if there is one, the key after it, and the time of AWS. */
  first(prefix: string): Promise<First>
  /** The first part of each key after a prefix, up to the next slash. */
  folders(prefix: string): Promise<string[]>
  /** Every key that starts with a prefix and was written more than once, or was deleted, in a versioned bucket. */
  rewritten(prefix: string): Promise<string[]>
  /**
   * Throws if there is no bucket: a 404 to HEAD does not tell a missing key from a missing bucket. `prefix` is one whose
   * keys the credentials may list.
   */
  confirmBucket(prefix: string): Promise<void>
  /** Stores bytes unless the key exists. */
  putNew(
    key: string,
    bytes: Uint8Array,
    details: { type: string; tags: Record<string, string> },
  ): Promise<Written>
  /** Copies an object of at most 5 GB on the server unless the key exists; nothing is downloaded. */
  copyNew(
    from: StoredObject & { readonly digest: Digest },
    key: string,
    tags: Record<string, string>,
  ): Promise<Written>
}

/** Connects to a bucket. */
export async function connectS3(settings: AwsSettings, bucket: string, clock: Clock): Promise<S3> {
  const at: Stored = { ...(await openS3(settings)), bucket, clock }
  return {
    bucket,
    find: key => find(at, key),
    read: async key => text(await readBytes(at, key)),
    readBytes: key => readBytes(at, key),
    list: async prefix => (await list(at, prefix)).map(({ key }) => key),
    listObjects: prefix => list(at, prefix),
    first: prefix => first(at, prefix),
    folders: prefix => folders(at, prefix),
    rewritten: prefix => rewritten(at, prefix),
    confirmBucket: prefix => confirmBucket(at, prefix),
    putNew: (key, bytes, details) => putNew(at, key, bytes, details),
    copyNew: (from, key, tags) => copyNew(at, from, key, tags),
  }
}

type Stored = Bucket & { readonly clock: Clock }

function target({ bucket, settings }: Bucket, key: string) {
  return { Bucket: bucket, Key: key, ExpectedBucketOwner: settings.account }
}

async function find(at: Stored, key: string): Promise<StoredObject | undefined> {
  const { sdk, client } = at
  try {
    const head = await client.send(new sdk.HeadObjectCommand({ ...target(at, key), ChecksumMode: 'ENABLED' }))
    // Every object has an ETag: an answer without one is not about an object.
    if (head.ETag === undefined) throw incompleteAnswer()
    return {
      key,
      digest: fullDigest(head.ChecksumSHA256),
      etag: head.ETag,
      versionId: head.VersionId,
      size: head.ContentLength ?? 0,
    }
  } catch (error) {
    if (awsFailure(error).status === 404) return undefined
    throw explain(at, isRefusal(error) ? await reasonOf(at, key, error) : error, `read ${key}`)
  }
}

/** A refused HEAD has no body, so it gives no reason: the same request as GET does. */
async function reasonOf(at: Stored, key: string, error: unknown): Promise<unknown> {
  const command = new at.sdk.GetObjectCommand({ ...target(at, key), Range: 'bytes=0-0' })
  return await at.client.send(command).then(
    async ({ Body }) => {
      await Body?.transformToString()
      return error
    },
    explained => explained,
  )
}

// The checksum of a multipart object is a checksum of checksums (`…-3`), not of its bytes.
function fullDigest(checksum: string | undefined): Digest | undefined {
  return checksum === undefined || checksum.includes('-') ? undefined : digestFromBase64(checksum)
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

async function readBytes(at: Stored, key: string): Promise<Uint8Array | undefined> {
  const { sdk, client } = at
  try {
    const answer = await client.send(new sdk.GetObjectCommand(target(at, key)))
    // Read even if it is useless: an unread body keeps the connection open, and so the process alive.
    const bytes = await answer.Body?.transformToByteArray()
    if (answer.ETag === undefined) throw incompleteAnswer()
    return bytes
  } catch (error) {
    if (awsFailure(error).name === 'NoSuchKey') return undefined
    throw explain(at, error, `read ${key}`)
  }
}

async function putNew(
  at: Stored,
  key: string,
  bytes: Uint8Array,
  { type, tags }: { type: string; tags: Record<string, string> },
): Promise<Written> {
  const digest = digestFromHex(createHash('sha256').update(bytes).digest('hex'))
  const command = new at.sdk.PutObjectCommand({
    ...target(at, key),
    Body: bytes,
    ContentType: type,
    ChecksumSHA256: digestBase64(digest),
    IfNoneMatch: '*',
    ...(Object.keys(tags).length === 0 ? {} : { Tagging: new URLSearchParams(tags).toString() }),
  })
  return await writeOnce(at.clock, {
    digest,
    send: async () => fullDigest((await at.client.send(command)).ChecksumSHA256),
    look: () => find(at, key),
    explain: error => explain(at, error, `write ${key}`),
  })
}

async function copyNew(
  at: Stored,
  from: StoredObject & { readonly digest: Digest },
  key: string,
  tags: Record<string, string>,
): Promise<Written> {
  const version = from.versionId === undefined ? '' : `?versionId=${encodeURIComponent(from.versionId)}`
  const command = new at.sdk.CopyObjectCommand({
    ...target(at, key),
    CopySource: `${at.bucket}/${from.key}${version}`,
    CopySourceIfMatch: from.etag,
    ExpectedSourceBucketOwner: at.settings.account,
    IfNoneMatch: '*',
    ChecksumAlgorithm: 'SHA256',
    TaggingDirective: 'REPLACE',
    Tagging: new URLSearchParams(tags).toString(),
  })
  return await writeOnce(at.clock, {
    digest: from.digest,
    send: async () => fullDigest((await at.client.send(command)).CopyObjectResult?.ChecksumSHA256),
    look: () => find(at, key),
    // With nothing under the key, it was the condition on the source that failed.
    explain: error =>
      awsFailure(error).name === 'PreconditionFailed'
        ? replaced(at, from)
        : explain(at, error, `write ${key}`),
  })
}

function replaced({ bucket }: Bucket, { key }: StoredObject): UserError {
  return new UserError(
    awsErrors['aws-replaced'],
    `${key} was replaced before it was copied (bucket ${bucket})`,
  )
}
