import { isListedAs, type ListedObject } from '../../aws/io/s3-listings.ts'
import { errorsOf } from '../../base/attempt.ts'
import { isRefused, type Refused } from '../../base/decision.ts'
import { mapLimited, sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import type { RemoteRefs } from '../../git/io/remote.ts'
import type { Project } from '../../project/io/project.ts'
import { readRecord, writeRecord } from '../../release/io/records.ts'
import { type FixedDigest, fixDigest, readFixedDigest } from '../../release/io/source-digest.ts'
import { makeRecord, printRecord, type ReleaseRecord, recordDigest } from '../../release/record.ts'
import type { Release } from '../../release/release.ts'
import { sourceDigestKey } from '../../release/source-digest.ts'
import { decidePromotion, type PromotionDecision } from '../decide.ts'
import { type ObservedArtifacts, observeArtifacts, observeReleased } from './artifacts.ts'
import { findMissingReferrers } from './referrers.ts'

/** A release, what to do for it, and the way to give its artifact its release name. */
export type PreparedPromotion = {
  readonly release: Release
  readonly decision: PromotionDecision
  /** Whether an object of its own fixes the digest of the source commit already. */
  readonly isFixed: boolean
  promote(): Promise<void>
}

/** A promotion that may go ahead. */
export type AcceptedPromotion = PreparedPromotion & {
  readonly decision: Exclude<PromotionDecision, Refused>
}

// Enough to use all of ECR's quota, which is kept where the calls are made, and to hide the round trips of what only reads.
const mostAtOnce = 16

/** Observes the stores for releases, some at once, and decides what to do for each. */
export async function prepareAll(
  project: Project,
  refs: RemoteRefs,
  releases: readonly Release[],
): Promise<PreparedPromotion[]> {
  return await mapLimited(releases, mostAtOnce, one => preparePromotion(project, refs, one))
}

async function preparePromotion(
  project: Project,
  refs: RemoteRefs,
  release: Release,
): Promise<PreparedPromotion> {
  const { stores } = project
  // Where there is a record, it says more, and nobody waits for this.
  const fixed = readFixedDigest(project, refs, release)
  fixed.catch(() => undefined)
  const observed = await Promise.all([readRecord(stores, release.tag), observeArtifacts(stores, release)])
  return await decide(project, release, observed, () => fixed)
}

/**
 * The same for one release by what a listing says of its record. Where that shows the record which a complete release has,
 * as most do, nothing but the artifact is read.
 */
export async function checkPromotion(
  project: Project,
  refs: RemoteRefs,
  release: Release,
  listed: ListedObject | undefined,
): Promise<PreparedPromotion> {
  const { stores } = project
  if (listed === undefined) return await preparePromotion(project, refs, release)
  const readFixed = () => readFixedDigest(project, refs, release)
  const seen = await observeReleased(stores, release)
  const expected = seen.released && makeRecord(release, seen.released)
  if (expected !== undefined && isListedAs(listed, printRecord(expected)))
    return await decide(project, release, [expected, seen], readFixed)
  const record = await readRecord(stores, release.tag)
  const isRecorded = record !== undefined && recordDigest(record) === seen.released
  const artifacts = isRecorded ? seen : await observeArtifacts(stores, release)
  return await decide(project, release, [record, artifacts], readFixed)
}

async function decide(
  { stores, environments }: Project,
  release: Release,
  [record, artifacts]: readonly [ReleaseRecord | undefined, ObservedArtifacts],
  readFixed: () => Promise<FixedDigest | undefined>,
): Promise<PreparedPromotion> {
  const fixed = record === undefined ? await readFixed() : undefined
  const required = record === undefined ? environments.artifacts.requiredReferrers : []
  const missing = await findMissingReferrers(stores, release, artifacts.built, required)
  const decision = decidePromotion(release, { ...artifacts, record, fixed, missingReferrers: missing })
  const isFixed = fixed?.key === sourceDigestKey(release.tag.service, release.sourceCommit)
  return { release, decision, isFixed, promote: artifacts.promote }
}

/** Throws the errors of all refused promotions together. */
export function acceptAll(prepared: readonly PreparedPromotion[]): AcceptedPromotion[] {
  joinErrors(prepared.flatMap(({ decision }) => (isRefused(decision) ? [decision.error] : [])))
  return prepared as AcceptedPromotion[]
}

/** Runs promotions side by side. One that fails does not stop the others; their errors are thrown together. */
export async function promoteAll(
  project: Project,
  accepted: readonly AcceptedPromotion[],
  progress: (text: string) => void,
): Promise<void> {
  let ended = 0
  const results = await sideBySide(accepted, mostAtOnce, async one => {
    await promoteOne(project, one)
    progress(`released ${++ended} of ${accepted.length}`)
  })
  joinErrors(errorsOf(results))
}

async function promoteOne({ stores }: Project, one: AcceptedPromotion): Promise<void> {
  const { release, decision, isFixed } = one
  if (decision.step === 'already done') return
  // What fixes it was read: nobody can change it, and only with that digest was the promotion accepted.
  if (decision.write !== 'artifact' && !isFixed) await fixDigest(stores, release, decision.digest)
  if (decision.write !== 'record') await one.promote()
  if (decision.write !== 'artifact') await writeRecord(stores, makeRecord(release, decision.digest))
}
