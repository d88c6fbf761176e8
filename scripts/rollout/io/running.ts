import type { Stores } from '../../artifacts/io/stores.ts'
import { type Applied, kindOfApplied } from '../../kinds/applied.ts'
import { type Mover, type Pointer, wholeOf } from '../../kinds/io/mover.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import type { Digest } from '../../names/digest.ts'
import { parseTag } from '../../names/release-tag.ts'
import { readRecord } from '../../release/io/records.ts'
import type { Foreign, Running } from '../running.ts'
import { releasedDigests } from './released-digests.ts'

/** Tells whether the traffic of an applied stack goes to what was applied. */
export async function isWhereApplied(movers: Movers, applied: Applied): Promise<boolean> {
  const pointer = await (await movers(applied.kind)).look(applied)
  return pointer !== undefined && wholeOf(pointer) === applied.revision
}

/** Reads where the traffic of an applied stack goes, and compares what runs there, or may run next, with the release. */
export async function readRunning(movers: Movers, stores: Stores, applied: Applied): Promise<Running> {
  const mover = await movers(applied.kind)
  const [pointer, released] = await Promise.all([mover.look(applied), digestsOf(stores, applied)])
  const { tag, revision } = applied
  const kind = kindOfApplied(applied)
  const about = { tag, applied: revision, released: released[0] }
  if (pointer === undefined) {
    const says = `${kind.pointer(applied)} does not exist`
    return { ...about, isApplied: false, revision: undefined, says, foreign: [] }
  }
  const [runs, holds] = await Promise.all([
    runningDigests(mover, applied, pointer),
    heldDigests(mover, applied, pointer),
  ])
  const isForeign = (digest: Digest | undefined) => digest !== undefined && !released.includes(digest)
  const foreign = (state: Foreign['state'], digests: readonly (Digest | undefined)[]) =>
    [...new Set(digests)].filter(isForeign).map(digest => ({ state, digest: digest as Digest }))
  return {
    ...about,
    isApplied: wholeOf(pointer) === revision,
    revision: wholeOf(pointer),
    says: `${pointer.says}; applied is ${kind.printRevision(revision)}`,
    foreign: [...foreign('runs', runs), ...foreign('holds', holds)],
  }
}

/** The digests of the applied release; none without a record. */
async function digestsOf(stores: Stores, applied: Applied): Promise<Digest[]> {
  const tag = parseTag(applied.tag)
  const record = tag && (await readRecord(stores, tag))
  return record === undefined ? [] : await releasedDigests(stores, record, kindOfApplied(applied))
}

async function runningDigests(
  mover: Mover,
  applied: Applied,
  { shares }: Pointer,
): Promise<(Digest | undefined)[]> {
  const serving = await Promise.all(Object.keys(shares).map(revision => mover.serving(applied, revision)))
  return serving.flatMap(one => (one === 'none wanted' ? [] : one))
}

/** What no traffic goes to yet: an applied revision that a rollout refused, or what is in no revision. */
async function heldDigests(
  mover: Mover,
  applied: Applied,
  { shares }: Pointer,
): Promise<(Digest | undefined)[]> {
  const { revision } = applied
  const [waiting, left] = await Promise.all([
    Object.hasOwn(shares, revision) ? undefined : mover.ready(applied, revision),
    mover.unregistered?.look(applied),
  ])
  return [waiting?.state === 'ready' ? waiting.digest : undefined, left?.digest]
}
