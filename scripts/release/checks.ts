import { printArtifactName } from '../artifacts/names.ts'
import type { ArtifactName } from '../artifacts/types.ts'
import { firstFew } from '../base/printable.ts'
import { type ErrorDetails, UserError } from '../base/user-error.ts'
import { type CommitSha, short } from '../names/commit.ts'
import { printTag } from '../names/release-tag.ts'
import type { Version } from '../names/version.ts'
import { compareVersions, finalOf, isPreRelease } from '../names/version-order.ts'
import { decideTag, type TagsSeen } from './decide-tag.ts'
import { releaseErrors } from './errors.ts'

/** What was observed of a release that somebody wants to make; the service exists at the commit. */
export type ReleaseSeen = TagsSeen & {
  /** The release branch of the remote that holds the commit. */
  readonly branch: string | undefined
  /** The highest version of the service on the remote, and whether the commit contains that release. */
  readonly last: { readonly version: Version; readonly isContained: boolean } | undefined
  /** Tags of the service that look like releases but are not annotated. */
  readonly lightweight: readonly string[]
  /** What in the commit's message keeps GitHub from starting the workflow of its tag. */
  readonly skipsCi: string | undefined
  readonly sourceCommit: CommitSha
  /** Why its inputs cannot be relied on; left out if they can. */
  readonly inputsFault?: UserError | undefined
  readonly built: { readonly name: ArtifactName; readonly stored: boolean }
}

/** One precondition: its title, and the error when it does not hold. A note informs. */
export type Check = { readonly title: string; readonly error?: UserError; readonly isNote?: true }

/** Checks every precondition of a release, in the order in which they are shown. */
export function checkRelease(
  seen: ReleaseSeen,
  options: { allowOlder: boolean; branches: readonly string[] },
): Check[] {
  // A release stays one, whatever becomes of its branch and its commit-named artifact.
  if (seen.record !== undefined || decideTag(seen).step === 'already done') return [checkTag(seen)]
  return [
    checkBranch(seen, options.branches),
    checkTag(seen),
    checkVersion(seen, options.allowOlder),
    ...checkInputs(seen),
    checkBuilt(seen),
    ...notes(seen),
  ]
}

function notes({ commit, lightweight, skipsCi }: ReleaseSeen): Check[] {
  const titles = [
    ...(lightweight.length > 0
      ? [`not counted, since a lightweight tag is not a release: ${firstFew(lightweight)}`]
      : []),
    ...(skipsCi === undefined
      ? []
      : [`GitHub will not start the tag's workflow: the message of ${short(commit)} has ${skipsCi}`]),
  ]
  return titles.map(title => ({ title, isNote: true }))
}

function checkBranch({ branch, commit }: ReleaseSeen, branches: readonly string[]): Check {
  if (branch !== undefined) return { title: `${short(commit)} is on ${branch} of the remote` }
  return fails(
    `${short(commit)} is on a release branch of the remote`,
    'release-branch',
    `the commit ${short(commit)} is on no release branch of the remote`,
    { cause: `it is in none of: ${branches.join(', ')}` },
  )
}

function checkTag(seen: ReleaseSeen): Check {
  const name = printTag(seen.tag)
  const decision = decideTag(seen)
  const free = `the tag ${name} is free, here and on the remote`
  if ('error' in decision) return { title: free, error: decision.error }
  if (decision.step === 'already done')
    return { title: `the tag ${name} is already on the remote, for this commit` }
  if (decision.made === undefined) return { title: free }
  return {
    title:
      seen.record === undefined
        ? `the tag ${name} is here for this commit, not yet pushed`
        : `the tag ${name} is here as it was released; the remote lost it`,
  }
}

function checkVersion({ tag, commit, last }: ReleaseSeen, allowOlder: boolean): Check {
  const { service, version } = tag
  if (last === undefined) return { title: `${version} is the first version of ${service}` }
  const higher = `${version} is higher than ${last.version}, the last version`
  if (compareVersions(version, last.version) <= 0) {
    const notHigher = `${version} is not higher than ${last.version}, the last version`
    if (allowOlder) return { title: `${notHigher} (allowed by ALLOW_OLDER)` }
    return fails(higher, 'release-version', `${notHigher} of ${service}`, higherThan(last.version))
  }
  if (last.isContained) return { title: higher }
  const lacks = `${short(commit)} does not contain ${last.version}, the last version`
  if (allowOlder) return { title: `${higher}, though ${lacks} (allowed by ALLOW_OLDER)` }
  return fails(`${short(commit)} contains ${last.version}, the last version`, 'release-lacks-last', lacks, {
    cause: `${version} would look newer than ${printTag({ service, version: last.version })} without having what it has`,
  })
}

function higherThan(last: Version): ErrorDetails {
  if (!isPreRelease(last)) return {}
  return {
    remedy: `Finish the pre-release with VERSION=${finalOf(last)}, or ALLOW_OLDER=1 for a patch of an older line.`,
  }
}

const skipWords = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]|^skip-checks: *true/im

/** What in a commit's message keeps GitHub from starting workflows (GitHub Docs, "Skipping workflow runs"). */
export function skipsCiIn(message: string): string | undefined {
  return skipWords.exec(message)?.[0]
}

// What is stored for its source commit would be old bytes if a change that followed was overlooked.
function checkInputs({ inputsFault }: ReleaseSeen): Check[] {
  return inputsFault === undefined ? [] : [{ title: 'each of its inputs matches a file', error: inputsFault }]
}

function checkBuilt({ tag, built, sourceCommit }: ReleaseSeen): Check {
  const title = `the artifact of its source commit ${short(sourceCommit)} is stored`
  if (built.stored) return { title }
  return fails(
    title,
    'release-not-built',
    `${tag.service} is not built yet at its source commit ${short(sourceCommit)}`,
    {
      cause: `${printArtifactName(built.name)} is not stored`,
      remedy: `A push to the release branch builds it: WAIT=10m waits for that; by hand: git checkout ${sourceCommit} && make build SERVICE=${tag.service}`,
    },
  )
}

function fails(
  title: string,
  code: keyof typeof releaseErrors,
  problem: string,
  details: ErrorDetails = {},
): Check {
  return { title, error: new UserError(releaseErrors[code], problem, details) }
}
