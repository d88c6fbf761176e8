import { printArtifactName } from '../artifacts/names.ts'
import { type Decision, type Refused, refuse } from '../base/decision.ts'
import { type ErrorDetails, UserError } from '../base/user-error.ts'
import { short } from '../names/commit.ts'
import type { Digest } from '../names/digest.ts'
import { printTag } from '../names/release-tag.ts'
import { makeRecord, printRecord, type ReleaseRecord, recordDigest } from '../release/record.ts'
import type { Release } from '../release/release.ts'
import { promotionErrors } from './errors.ts'

/** What the stores hold for a release, read before anything is written. */
export type Observation = {
  /** The digest of the artifact under the commit's name. */
  readonly built: Digest | undefined
  /** The digest of the artifact under the release's name. */
  readonly released: Digest | undefined
  readonly record: ReleaseRecord | undefined
  /** The digest that an earlier release of the same source commit has, and the key of what says so. */
  readonly fixed?: { readonly digest: Digest; readonly key: string } | undefined
  /** The required artifact types of which nothing refers to the image. */
  readonly missingReferrers?: readonly string[]
}

/** What to do for a release; `write` says what is missing. */
export type PromotionDecision = Decision<
  { readonly digest: Digest; readonly write: 'all' | 'record' | 'artifact' },
  { readonly digest: Digest }
>

/** Decides what a promotion has to write; a release only ever gets the digest of its commit or its record. */
export function decidePromotion(release: Release, seen: Observation): PromotionDecision {
  return seen.record === undefined ? decideNew(release, seen) : decideRecorded(release, seen, seen.record)
}

function decideNew(release: Release, seen: Observation): PromotionDecision {
  const { built, released, missingReferrers = [] } = seen
  if (built === undefined && released === undefined) return notBuilt(release)
  if (built === undefined) return unproven(release, released as Digest)
  if (seen.fixed !== undefined && seen.fixed.digest !== built) return rebuilt(release, built, seen.fixed)
  if (missingReferrers.length > 0) return unattested(release, built, missingReferrers)
  if (released === undefined) return { step: 'create', digest: built, write: 'all' }
  if (released === built) return { step: 'create', digest: built, write: 'record' }
  return conflict(
    `${printArtifactName(release.released)} exists with other content`,
    `it has ${released}; ${printArtifactName(release.built)} has ${built}`,
    'A release never changes: release the commit under the next version.',
  )
}

function decideRecorded(release: Release, seen: Observation, record: ReleaseRecord): PromotionDecision {
  const digest = recordDigest(record)
  if (printRecord(record) !== printRecord(makeRecord(release, digest))) return contradiction(release, record)
  if (seen.released === digest) return { step: 'already done', digest }
  if (seen.released === undefined && seen.built === digest)
    return { step: 'create', digest, write: 'artifact' }
  return conflict(
    `${printTag(release.tag)} was released with different content from what the store holds`,
    `the record says ${digest}; ${printArtifactName(release.released)} has ${seen.released ?? 'nothing'}, ` +
      `${printArtifactName(release.built)} has ${seen.built ?? 'nothing'}`,
    'Restore the recorded artifact under its name, or release the commit under the next version.',
  )
}

function contradiction(release: Release, record: ReleaseRecord): PromotionDecision {
  const wanted = makeRecord(release, recordDigest(record))
  return conflict(
    `${printTag(release.tag)} was already released, but not from this tag`,
    `the record says ${origin(record)}; the tag says ${origin(wanted)}`,
    'A release never changes: restore the tag to what the record says, or release under the next version.',
  )
}

function origin({ commit, sourceCommit, tagObject, artifact }: ReleaseRecord): string {
  return `commit ${commit}, source commit ${sourceCommit}, tag object ${tagObject}, artifact ${printArtifactName(artifact)}`
}

function notBuilt(release: Release): Refused {
  const { service } = release.tag
  return refused('promotion-not-built', `${printTag(release.tag)} has no artifact yet`, {
    cause: `${printArtifactName(release.built)} is not stored (source commit ${short(release.sourceCommit)})`,
    remedy: `A push to the release branch builds it; by hand: git checkout ${release.sourceCommit} && make build SERVICE=${service}. Then run this again.`,
  })
}

function rebuilt(release: Release, built: Digest, fixed: NonNullable<Observation['fixed']>): Refused {
  return conflict(
    `${printArtifactName(release.built)} is not what its source commit was released with`,
    `it has ${built}; ${fixed.key} says ${fixed.digest}`,
    'Restore the build that was released, or change an input of the service and release that commit.',
  )
}

function unattested(release: Release, built: Digest, missing: readonly string[]): Refused {
  return refused('promotion-unattested', `${printArtifactName(release.built)} cannot be promoted yet`, {
    cause: `nothing of type ${missing.join(' or ')} refers to ${built}`,
    remedy:
      'requiredReferrers in cdktf/environments.json requires it: attach it to the digest, then run this again.',
  })
}

function unproven(release: Release, released: Digest): Refused {
  const name = printArtifactName(release.released)
  return refused('promotion-unproven', `${name} exists, but nothing proves that it is this release`, {
    cause: `it has ${released}; there is no record, and ${printArtifactName(release.built)} is gone`,
    remedy: `Build the commit again (git checkout ${release.sourceCommit} && make build SERVICE=${release.tag.service}), then run this again.`,
  })
}

function conflict(problem: string, cause: string, remedy: string): Refused {
  return refused('promotion-conflict', problem, { cause, remedy })
}

function refused(code: keyof typeof promotionErrors, problem: string, details: ErrorDetails): Refused {
  return refuse(new UserError(promotionErrors[code], problem, details))
}
