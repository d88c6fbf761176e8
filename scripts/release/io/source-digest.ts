import type { Stores } from '../../artifacts/io/stores.ts'
import { objectTags, recordKey } from '../../artifacts/names.ts'
import { valueIn } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import { commitsContaining } from '../../git/io/ancestry.ts'
import type { Git } from '../../git/io/git.ts'
import { knownHistory } from '../../git/io/history.ts'
import type { RemoteRefs } from '../../git/io/remote.ts'
import type { Digest } from '../../names/digest.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { releaseErrors } from '../errors.ts'
import { recordDigest } from '../record.ts'
import type { Release } from '../release.ts'
import { parseSourceDigest, printSourceDigest, sourceDigestKey } from '../source-digest.ts'
import { releasesOf } from '../version-choice.ts'
import { attemptToReadRecord } from './records.ts'

/** The digest that an earlier release gave to a source commit, and the object that says so. */
export type FixedDigest = { readonly digest: Digest; readonly key: string }

// Enough to hide the round trips.
const mostAtOnce = 16

/** Reads the digest that an earlier release fixed for the source commit of a release; no call if none can have. */
export async function readFixedDigest(
  { git, stores }: { readonly git: Git; readonly stores: Stores },
  refs: RemoteRefs,
  release: Release,
): Promise<FixedDigest | undefined> {
  if (others(refs, release).length === 0) return undefined
  const isOld = !knownHistory(git).has(release.sourceCommit)
  // Where many commits came since, it takes git long to say whether another release can share it.
  const fixed = isOld ? await readFixed(stores, release) : undefined
  if (fixed !== undefined) return fixed
  const sharing = await otherTags(git, refs, release)
  if (sharing.length === 0) return undefined
  const read = isOld ? undefined : await readFixed(stores, release)
  return read ?? (await readFromRecords(stores, release, sharing))
}

/** The other releases of the service. */
function others({ tags }: RemoteRefs, { tag }: Release) {
  return releasesOf(tag.service, tags).filter(other => other.tag.version !== tag.version)
}

/** The other releases of the service whose commits come after the source commit: only these can share it. */
async function otherTags(git: Git, refs: RemoteRefs, release: Release): Promise<ReleaseTag[]> {
  const all = others(refs, release)
  const after = await commitsContaining(
    git,
    release.sourceCommit,
    all.map(({ commit }) => commit),
  )
  return all.filter(({ commit }) => after.has(commit)).map(other => other.tag)
}

async function readFixed(stores: Stores, release: Release): Promise<FixedDigest | undefined> {
  const key = sourceDigestKey(release.tag.service, release.sourceCommit)
  const text = await (await stores.s3()).read(key)
  return text === undefined ? undefined : { digest: parseSourceDigest(text, release), key }
}

// Earlier versions of Waybill wrote records alone. One that cannot be used is found when its own release is.
async function readFromRecords(
  stores: Stores,
  { sourceCommit }: Release,
  tags: readonly ReleaseTag[],
): Promise<FixedDigest | undefined> {
  const read = await sideBySide(tags, mostAtOnce, tag => attemptToReadRecord(stores, tag))
  const records = read.flatMap(one => valueIn(valueIn(one)) ?? [])
  const record = records.find(one => one.sourceCommit === sourceCommit)
  return record && { digest: recordDigest(record), key: recordKey(record.tag) }
}

/** Fixes the digest of a release's source commit for all later releases; throws if it has another one already. */
export async function fixDigest(stores: Stores, release: Release, digest: Digest): Promise<void> {
  const { tag, sourceCommit } = release
  const key = sourceDigestKey(tag.service, sourceCommit)
  const written = await (await stores.s3()).putNew(key, Buffer.from(printSourceDigest(release, digest)), {
    type: 'application/json',
    tags: objectTags(tag.service, sourceCommit),
  })
  if (typeof written !== 'object') return
  const fixed = await readFixed(stores, release)
  throw new UserError(
    releaseErrors['release-conflict'],
    `${printTag(tag)} has other content than an earlier release of the same source commit`,
    {
      cause: `${key} says ${fixed?.digest ?? 'nothing any more'}; this run had ${digest}`,
      remedy:
        'Restore the build that was released, or change an input of the service and release that commit.',
    },
  )
}
