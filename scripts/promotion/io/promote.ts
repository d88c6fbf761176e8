import { errorsOf } from '../../base/attempt.ts'
import { isRefused, type Refused } from '../../base/decision.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import type { RemoteRefs } from '../../git/io/remote.ts'
import type { Project } from '../../project/io/project.ts'
import { readRecord, writeRecord } from '../../release/io/records.ts'
import { fixDigest, readFixedDigest } from '../../release/io/source-digest.ts'
import { makeRecord, type ReleaseRecord, recordDigest } from '../../release/record.ts'
import type { Release } from '../../release/release.ts'
import { decidePromotion, type PromotionDecision } from '../decide.ts'
import { type ObservedArtifacts, observeArtifacts } from './artifacts.ts'
import { findMissingReferrers } from './referrers.ts'

/** A release, what to do for it, and the way to give its artifact its release name. */
export type PreparedPromotion = {
  readonly release: Release
  readonly decision: PromotionDecision
  promote(): Promise<void>
}

/** A promotion that may go ahead. */
export type AcceptedPromotion = PreparedPromotion & {
  readonly decision: Exclude<PromotionDecision, Refused>
}

/** Observes the stores for a release and decides what to do for it. */
export async function preparePromotion(
  project: Project,
  refs: RemoteRefs,
  release: Release,
): Promise<PreparedPromotion> {
  const { stores } = project
  const observed = Promise.all([readRecord(stores, release.tag), observeArtifacts(stores, release)])
  return await decide(project, refs, release, await observed)
}

/** The same, with fewer requests if the release is complete, as most are; otherwise with a round trip more. */
export async function checkPromotion(
  project: Project,
  refs: RemoteRefs,
  release: Release,
): Promise<PreparedPromotion> {
  const { stores } = project
  const record = await readRecord(stores, release.tag)
  const artifacts = await observeArtifacts(stores, release, record && recordDigest(record))
  return await decide(project, refs, release, [record, artifacts])
}

async function decide(
  project: Project,
  refs: RemoteRefs,
  release: Release,
  [record, artifacts]: readonly [ReleaseRecord | undefined, ObservedArtifacts],
): Promise<PreparedPromotion> {
  const { stores, environments } = project
  const fixed = record === undefined ? await readFixedDigest(project, refs, release) : undefined
  const required = record === undefined ? environments.artifacts.requiredReferrers : []
  const missing = await findMissingReferrers(stores, release, artifacts.built, required)
  const decision = decidePromotion(release, { ...artifacts, record, fixed, missingReferrers: missing })
  return { release, decision, promote: artifacts.promote }
}

/** Throws the errors of all refused promotions together. */
export function acceptAll(prepared: readonly PreparedPromotion[]): AcceptedPromotion[] {
  joinErrors(prepared.flatMap(({ decision }) => (isRefused(decision) ? [decision.error] : [])))
  return prepared as AcceptedPromotion[]
}

// Enough to use all of ECR's quota, which is kept where the calls are made.
const mostAtOnce = 16

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
  const { release, decision } = one
  if (decision.step === 'already done') return
  if (decision.write !== 'artifact') await fixDigest(stores, release, decision.digest)
  if (decision.write !== 'record') await one.promote()
  if (decision.write !== 'artifact') await writeRecord(stores, makeRecord(release, decision.digest))
}
