import type { Stores } from '../../artifacts/io/stores.ts'
import { type Applied, kindOfApplied } from '../../kinds/applied.ts'
import { type Mover, type Pointer, wholeOf } from '../../kinds/io/mover.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import type { Good } from '../../ledger/state.ts'
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

/**
 * Reads where the traffic of an applied stack goes, and compares what runs there, or may run next, with the release. Of
 * what was `verified`, each revision is compared with its own release.
 */
export async function readRunning(
  movers: Movers,
  stores: Stores,
  applied: Applied,
  verified: readonly Pick<Good, 'tag' | 'revision'>[] = [],
): Promise<Running> {
  const mover = await movers(applied.kind)
  const [pointer, released] = await Promise.all([
    mover.look(applied),
    digestsOf(stores, applied, applied.tag),
  ])
  const { tag, revision } = applied
  const kind = kindOfApplied(applied)
  const about = { tag, applied: revision, released: released[0] }
  if (pointer === undefined) {
    const says = `${kind.pointer(applied)} does not exist`
    return { ...about, isApplied: false, revision: undefined, says, foreign: [] }
  }
  const digestsIn = async (of: string) => {
    const tag = of === revision ? undefined : verified.find(one => one.revision === of)?.tag
    return tag === undefined ? released : await digestsOf(stores, applied, tag)
  }
  const [runs, holds] = await Promise.all([
    foreignDigests(mover, applied, pointer, digestsIn),
    heldDigests(mover, applied, pointer),
  ])
  const foreign = (state: Foreign['state'], digests: readonly Digest[]) =>
    [...new Set(digests)].map(digest => ({ state, digest }))
  return {
    ...about,
    isApplied: wholeOf(pointer) === revision,
    revision: wholeOf(pointer),
    says: `${pointer.says}; applied is ${kind.printRevision(revision)}`,
    foreign: [...foreign('runs', runs), ...foreign('holds', notIn(released, holds))],
  }
}

/** The digests of a release; none without a record. */
async function digestsOf(stores: Stores, applied: Applied, of: string): Promise<Digest[]> {
  const tag = parseTag(of)
  const record = tag && (await readRecord(stores, tag))
  return record === undefined ? [] : await releasedDigests(stores, record, kindOfApplied(applied))
}

/** What serves, and was not released as what its revision is of. */
async function foreignDigests(
  mover: Mover,
  applied: Applied,
  { shares }: Pointer,
  digestsIn: (revision: string) => Promise<Digest[]>,
): Promise<Digest[]> {
  const serving = await Promise.all(
    Object.keys(shares).map(async revision => {
      const [digests, released] = await Promise.all([mover.serving(applied, revision), digestsIn(revision)])
      return digests === 'none wanted' ? [] : notIn(released, digests)
    }),
  )
  return serving.flat()
}

function notIn(released: readonly Digest[], digests: readonly (Digest | undefined)[]): Digest[] {
  return digests.filter(digest => digest !== undefined).filter(digest => !released.includes(digest))
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
