import { UserError } from '../base/user-error.ts'
import type { TagRef } from '../git/tag-ref.ts'
import type { CommitSha } from '../names/commit.ts'
import { parseTag, type ReleaseTag, releaseTag } from '../names/release-tag.ts'
import type { ServiceName } from '../names/service-name.ts'
import type { Increment, Version } from '../names/version.ts'
import { compareVersions, isPreRelease, nextVersion } from '../names/version-order.ts'
import { releaseErrors } from './errors.ts'

/** What a person asked for: a version, or the next one. */
export type WantedVersion = { readonly version: Version } | { readonly increment: Increment }

/** A release as the remote has it. */
export type KnownRelease = { readonly tag: ReleaseTag; readonly commit: CommitSha }

/** The releases of a service among a remote's annotated tags, lowest version first. */
export function releasesOf(service: ServiceName, tags: ReadonlyMap<string, TagRef>): readonly KnownRelease[] {
  const all = byService.get(tags) ?? groupReleases(tags)
  byService.set(tags, all)
  return all.get(service) ?? []
}

// Tags are many, and asked for service by service.
const byService = new WeakMap<
  ReadonlyMap<string, TagRef>,
  ReadonlyMap<ServiceName, readonly KnownRelease[]>
>()

function groupReleases(tags: ReadonlyMap<string, TagRef>): ReadonlyMap<ServiceName, readonly KnownRelease[]> {
  const releases = [...tags].flatMap(([name, { commit }]) => {
    const tag = parseTag(name)
    return tag !== undefined && commit !== undefined ? [{ tag, commit }] : []
  })
  const sorted = releases.toSorted((a, b) => compareVersions(a.tag.version, b.tag.version))
  return Map.groupBy(sorted, ({ tag }) => tag.service)
}

/** The last release below a version. */
export function lastBefore(releases: readonly KnownRelease[], version: Version): KnownRelease | undefined {
  return releases.findLast(({ tag }) => compareVersions(tag.version, version) < 0)
}

/** The tags of a service on the remote that look like releases but are not annotated. */
export function lightweightTags(service: ServiceName, tags: ReadonlyMap<string, TagRef>): string[] {
  return [...tags].flatMap(([name, { commit }]) =>
    commit === undefined && parseTag(name)?.service === service ? [name] : [],
  )
}

/**
 * The tag for what a person asked for, from the releases that the commit contains, lowest version first. When the last
 * of them already is the wanted release, "the next version" means that one, since a second run after a lost answer must
 * not release twice. An increment counts from the last final version: `patch` must not finish a pre-release of the next
 * major.
 */
export function chooseVersion(
  service: ServiceName,
  { contained, lastIsThis }: { contained: readonly KnownRelease[]; lastIsThis: boolean },
  wanted: WantedVersion,
): ReleaseTag {
  const last = contained.at(-1)
  if ('increment' in wanted && last !== undefined && lastIsThis && !isPreRelease(last.tag.version))
    return last.tag
  const final = contained.findLast(one => !isPreRelease(one.tag.version))
  const version =
    'version' in wanted ? wanted.version : nextVersion((final ?? last)?.tag.version, wanted.increment)
  const tag = releaseTag(service, version)
  if (tag !== undefined) return tag
  throw new UserError(
    releaseErrors['release-tag-length'],
    `the tag ${service}-v${version} would be longer than 128 characters`,
    { cause: 'a container tag has at most 128 characters' },
  )
}
