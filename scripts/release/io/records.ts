import type { Stores } from '../../artifacts/io/stores.ts'
import { recordKey } from '../../artifacts/names.ts'
import { type Attempt, attempt, unwrap } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { yankKey } from '../../names/yank-key.ts'
import { releaseErrors } from '../errors.ts'
import { parseRecord, printRecord, type ReleaseRecord } from '../record.ts'
import { oldYankKey, parseYank, printYank, refuseYanked, releaseAtOldKey, type Yank } from '../yank.ts'

/** Reads a release's record; undefined when there is none, and so no release. */
export async function readRecord(stores: Stores, tag: ReleaseTag): Promise<ReleaseRecord | undefined> {
  return unwrap(await attemptToReadRecord(stores, tag))
}

/** The same, but a record that cannot be used is an error in the answer; only a failure to read it is thrown. */
export async function attemptToReadRecord(
  stores: Stores,
  tag: ReleaseTag,
): Promise<Attempt<ReleaseRecord | undefined>> {
  const text = await (await stores.s3()).read(recordKey(tag))
  return attempt(() => (text === undefined ? undefined : parseRecord(text, tag)))
}

/** Writes a release's record once; succeeds when the same record is there, whoever wrote it. */
export async function writeRecord(stores: Stores, record: ReleaseRecord): Promise<void> {
  const key = recordKey(record.tag)
  const written = await (await stores.s3()).putNew(key, Buffer.from(printRecord(record)), {
    type: 'application/json',
    tags: { service: record.tag.service, commit: record.commit },
  })
  if (typeof written !== 'object') return
  const there = await readRecord(stores, record.tag)
  throw new UserError(
    releaseErrors['release-conflict'],
    `${printTag(record.tag)} was just released, from another commit or artifact`,
    {
      cause: `its record says ${JSON.stringify(there?.artifact)} of commit ${there?.commit}; this run had ${JSON.stringify(record.artifact)} of ${record.commit}`,
      remedy: `make promote TAG=${printTag(record.tag)} compares them; a release never changes, so release it as the next version.`,
    },
  )
}

/** Reads a release's yank marker; undefined when it was not yanked. */
export async function readYank(stores: Stores, tag: ReleaseTag): Promise<Yank | undefined> {
  return unwrap(await attemptToReadYank(stores, tag))
}

/** The same, but a marker that cannot be used is an error in the answer; only a failure to read it is thrown. */
export async function attemptToReadYank(stores: Stores, tag: ReleaseTag): Promise<Attempt<Yank | undefined>> {
  const s3 = await stores.s3()
  const [text, old] = await Promise.all([s3.read(yankKey(tag)), s3.read(oldYankKey(tag))])
  return attempt(() => {
    if (text !== undefined) return parseYank(text, tag)
    if (old === undefined || isRecordAtOldKey(old, tag)) return undefined
    return parseYank(old, tag, oldYankKey(tag))
  })
}

function isRecordAtOldKey(text: string, tag: ReleaseTag): boolean {
  const other = releaseAtOldKey(tag)
  return other !== undefined && 'value' in attempt(() => parseRecord(text, other))
}

/** Throws when a release was yanked, with a remedy if there is a better one than a new release. */
export async function requireNotYanked(stores: Stores, tag: ReleaseTag, remedy?: string): Promise<void> {
  const yank = await readYank(stores, tag)
  if (yank !== undefined) throw refuseYanked(tag, yank, remedy)
}

/** Writes a release's yank marker once; returns the one that is there, which may be someone else's. */
export async function writeYank(stores: Stores, tag: ReleaseTag, yank: Yank): Promise<Yank> {
  const bytes = Buffer.from(printYank(yank))
  const details = { type: 'application/json', tags: { service: tag.service } }
  const written = await (await stores.s3()).putNew(yankKey(tag), bytes, details)
  return typeof written === 'object' ? ((await readYank(stores, tag)) ?? yank) : yank
}
