import { type ArtifactName, printArtifactName } from '../artifacts/names.ts'
import { count } from '../base/printable.ts'
import { type ErrorCode, UserError } from '../base/user-error.ts'
import type { TagRef } from '../git/tag-ref.ts'
import { type CommitSha, short } from '../names/commit.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import { compareVersions, type Version } from '../names/version.ts'
import { releaseErrors } from './errors.ts'

/** What was seen of a release that somebody wants to make; the service exists at the commit. */
export type ReleaseSeen = {
  readonly tag: ReleaseTag
  readonly commit: CommitSha
  /** The release branch of the remote that holds the commit. */
  readonly branch: string | undefined
  /** The highest version of the service on the remote. */
  readonly last: Version | undefined
  readonly remoteTag: TagRef | undefined
  readonly localTag: TagRef | undefined
  readonly sourceCommit: CommitSha
  readonly built: { readonly name: ArtifactName; readonly stored: boolean }
}

/** One precondition: its title, and the error when it does not hold. */
export type Check = { readonly title: string; readonly error?: UserError }

/** What a release's tag asks for. */
export type TagState = 'new' | 'only here' | 'released already'

/** Tells whether the tag has to be made, only pushed (an earlier run was cut short), or is there. */
export function tagState(seen: Pick<ReleaseSeen, 'remoteTag' | 'localTag' | 'commit'>): TagState {
  const { remoteTag, localTag, commit } = seen
  if (remoteTag?.commit === commit) return 'released already'
  return localTag === undefined ? 'new' : 'only here'
}

/** Checks everything that a release rests on, all of it, in the order in which it is shown. */
export function checkRelease(
  seen: ReleaseSeen,
  options: { allowOlder: boolean; branches: readonly string[] },
): Check[] {
  // What is released is released, whatever became of its branch and its commit-named artifact.
  if (tagState(seen) === 'released already') return [checkTag(seen)]
  return [
    checkBranch(seen, options.branches),
    checkTag(seen),
    checkVersion(seen, options.allowOlder),
    checkBuilt(seen),
  ]
}

function checkBranch({ branch, commit }: ReleaseSeen, branches: readonly string[]): Check {
  if (branch !== undefined) return { title: `${short(commit)} is on ${branch} of the remote` }
  return failed(`${short(commit)} is on a release branch of the remote`, {
    code: releaseErrors['release-branch'],
    problem: `the commit ${short(commit)} is on no release branch of the remote`,
    cause: `it is in none of: ${branches.join(', ')}`,
    remedy: 'Merge it into a release branch and push that first.',
  })
}

function checkTag(seen: ReleaseSeen): Check {
  const name = printTag(seen.tag)
  const title = `the tag ${name} is free, here and on the remote`
  const state = tagState(seen)
  if (state === 'released already')
    return { title: `the tag ${name} is on the remote already, for this commit` }
  if (seen.remoteTag?.object === seen.commit) {
    return failed(title, {
      code: releaseErrors['release-tag-invalid'],
      problem: `a tag ${name} is on the remote for this commit, but it is not annotated`,
      cause: 'nothing says who made it and when, so it is no release',
      remedy: `Remove it (git push origin :refs/tags/${name}) and run this again, or take the next version.`,
    })
  }
  if (seen.remoteTag !== undefined) {
    return failed(title, {
      code: releaseErrors['release-conflict'],
      problem: `${name} was released already, from another commit`,
      cause: `the tag on the remote names ${seen.remoteTag.commit ?? `${seen.remoteTag.object}, and is not annotated`}; this would be ${seen.commit}`,
      remedy: 'A release never changes: take the next version.',
    })
  }
  if (state === 'new') return { title }
  if (seen.localTag?.commit === seen.commit)
    return { title: `the tag ${name} is here for this commit and not yet on the remote` }
  return failed(title, {
    code: releaseErrors['release-conflict'],
    problem: `a tag ${name} is in this clone, and it is not this release`,
    cause: `it names ${seen.localTag?.commit ?? `${seen.localTag?.object}, and is not annotated`}; the remote has none`,
    remedy: `git tag -d ${name}, then run this again.`,
  })
}

function checkVersion({ tag, last }: ReleaseSeen, allowOlder: boolean): Check {
  const { service, version } = tag
  if (last === undefined) return { title: `${version} is the first version of ${service}` }
  if (compareVersions(version, last) > 0)
    return { title: `${version} is higher than ${last}, the last version` }
  if (allowOlder)
    return { title: `${version} is not higher than ${last}, the last version, and need not be (ALLOW_OLDER)` }
  return failed(`${version} is higher than ${last}, the last version`, {
    code: releaseErrors['release-version'],
    problem: `${version} is not higher than ${last}, the last version of ${service}`,
    remedy: 'Take a higher version, or ALLOW_OLDER=1 for a patch of an older line.',
  })
}

function checkBuilt({ tag, built, sourceCommit }: ReleaseSeen): Check {
  const title = `the artifact of its source commit ${short(sourceCommit)} is stored`
  if (built.stored) return { title }
  return {
    title,
    error: new UserError(
      releaseErrors['release-not-built'],
      `${tag.service} is not built yet at its source commit ${short(sourceCommit)}`,
      {
        cause: `${printArtifactName(built.name)} is not stored`,
        remedy: `A push to the release branch builds it: WAIT=10m waits for that; by hand: git checkout ${sourceCommit} && make build SERVICE=${tag.service}`,
      },
    ),
  }
}

function failed(
  title: string,
  { code, problem, ...details }: { code: ErrorCode; problem: string; cause?: string; remedy: string },
): Check {
  return { title, error: new UserError(code, problem, details) }
}

/** A commit for a tag's message. */
export type Touched = { readonly commit: CommitSha; readonly subject: string }

// So that the first release of a service with a long history has a message that a person can read.
const mostListed = 100

/** The message of a release's tag: its name and the commits that touched the service's inputs. */
export function tagMessage(
  tag: ReleaseTag,
  since: ReleaseTag | undefined,
  touched: readonly Touched[],
): string {
  const origin = since === undefined ? 'so far' : `since ${printTag(since)}`
  const listed = touched.slice(0, mostListed).map(({ commit, subject }) => `- ${short(commit)} ${subject}`)
  const more = touched.length - listed.length
  const rest = more > 0 ? [`- and ${count(more, 'more commit')}`] : []
  const heading =
    touched.length === 0
      ? `No commit touched the inputs of ${tag.service} ${origin}.`
      : `Commits that touched the inputs of ${tag.service} ${origin}:\n`
  return `${[printTag(tag), '', heading, ...listed, ...rest].join('\n')}\n`
}
