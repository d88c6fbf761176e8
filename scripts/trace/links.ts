import { type ArtifactName, printArtifactName } from '../artifacts/names.ts'
import type { Referrer } from '../artifacts/referrers.ts'
import type { UserError } from '../base/user-error.ts'
import type { TagRef } from '../git/tag-ref.ts'
import { type CommitSha, short } from '../names/commit.ts'
import { type Digest, digestFromHex } from '../names/digest.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { Pin } from '../pin/pin.ts'
import { makeRecord, printRecord, type ReleaseRecord, recordDigest } from '../release/record.ts'
import type { Release } from '../release/release.ts'
import { printYankReason, type Yank } from '../release/yank.ts'

/** Everything that was seen of a release. What could not be read stands as the error that says why. */
export type TraceSeen = {
  readonly tag: ReleaseTag
  readonly remoteTag: TagRef | undefined
  /** The release branch that holds the tag's commit. */
  readonly branch: string | undefined
  /** The release as git tells it. */
  readonly release: Release | UserError | undefined
  readonly record: ReleaseRecord | UserError | undefined
  readonly names: { readonly built: ArtifactName; readonly released: ArtifactName } | undefined
  readonly built: Digest | undefined
  readonly released: Digest | undefined
  readonly yank: Yank | undefined
  readonly referrers: readonly Referrer[]
  readonly pins: ReadonlyMap<string, Pin>
}

/** One link from a release's tag to its pins. A `note` informs; only `broken` is a fault. */
export type Link = {
  readonly name: string
  readonly state: 'ok' | 'broken' | 'note'
  readonly detail: string
}

/** Every link of a release, in the order in which each rests on the one before. */
export function traceLinks(seen: TraceSeen): Link[] {
  return [
    tagLink(seen),
    commitLink(seen),
    sourceLink(seen),
    builtLink(seen),
    releasedLink(seen),
    recordLink(seen),
    ...seen.referrers.map(({ digest, artifactType }) => note('referrer', `${artifactType} ${digest}`)),
    ...(seen.yank === undefined ? [] : [note('yank', printYankReason(seen.yank))]),
    ...[...seen.pins].map(([environment, pin]) => pinLink(seen, environment, pin)),
  ]
}

function tagLink({ tag, remoteTag }: TraceSeen): Link {
  if (remoteTag === undefined) return broken('tag', `the remote has no tag ${printTag(tag)}`)
  if (remoteTag.commit === undefined) return broken('tag', `${remoteTag.object} is not an annotated tag`)
  return ok('tag', `object ${remoteTag.object}`)
}

function commitLink({ remoteTag, branch }: TraceSeen): Link {
  const commit = remoteTag?.commit
  if (commit === undefined) return broken('commit', 'no tag names one')
  return branch === undefined
    ? broken('commit', `${commit} is on no release branch`)
    : ok('commit', `${commit} on ${branch}`)
}

function sourceLink({ release }: TraceSeen): Link {
  if (release === undefined) return broken('source commit', 'it follows from the commit, which is not known')
  if (release instanceof Error) return broken('source commit', release.message)
  return ok('source commit', release.sourceCommit)
}

function builtLink({ names, built, released, record }: TraceSeen): Link {
  const name = 'artifact by commit'
  if (names === undefined) return broken(name, 'its name follows from the source commit, which is not known')
  const where = printArtifactName(names.built)
  const promoted = isRecord(record) && recordDigest(record) === released
  if (built === undefined) {
    // A lifecycle rule may expire a build; what was released of it has a name of its own.
    return promoted
      ? note(name, `${where} is gone; the release keeps its own`)
      : broken(name, `${where} is not stored`)
  }
  if (isRecord(record) && recordDigest(record) !== built) {
    return broken(name, `${where} has ${built}, and the record says ${recordDigest(record)}`)
  }
  return ok(name, `${where} ${built}`)
}

function releasedLink({ names, built, released, record }: TraceSeen): Link {
  const name = 'artifact by release'
  if (names === undefined)
    return broken(name, 'its name follows from the service at the commit, which is not known')
  const where = printArtifactName(names.released)
  if (released === undefined) return broken(name, `${where} is not stored`)
  if (isRecord(record) && recordDigest(record) !== released) {
    return broken(name, `${where} has ${released}, and the record says ${recordDigest(record)}`)
  }
  if (!isRecord(record) && built !== undefined && built !== released) {
    return broken(name, `${where} has ${released}, and ${printArtifactName(names.built)} has ${built}`)
  }
  return ok(name, `${where} ${released}`)
}

function recordLink({ release, record, tag }: TraceSeen): Link {
  if (record === undefined) return broken('record', `${printTag(tag)} has no release record`)
  if (record instanceof Error) return broken('record', record.message)
  const says = `commit ${short(record.commit)}, source commit ${short(record.sourceCommit)}, tag object ${short(record.tagObject)}, ${recordDigest(record)}`
  if (release === undefined || release instanceof Error) return ok('record', says)
  const wanted = makeRecord(release, recordDigest(record))
  if (printRecord(wanted) === printRecord(record)) return ok('record', says)
  return broken(
    'record',
    `it says ${says}; git says commit ${short(wanted.commit)}, source commit ${short(wanted.sourceCommit)}, tag object ${short(wanted.tagObject)}`,
  )
}

function pinLink({ tag, record, yank }: TraceSeen, environment: string, pin: Pin): Link {
  const name = `pin ${environment}`
  if (pin.tag !== printTag(tag)) return note(name, `another release: ${pin.tag}`)
  const digest = 'digest' in pin ? pin.digest : digestFromHex(pin.sha256)
  if (!isRecord(record)) return broken(name, 'it names this release, which has no record that can be read')
  if (digest !== recordDigest(record) || pin.commit !== record.commit) {
    return broken(
      name,
      `it says ${pin.commit as CommitSha} ${digest}, and the record ${record.commit} ${recordDigest(record)}`,
    )
  }
  return yank === undefined ? ok(name, 'this release') : broken(name, 'this release, which was yanked')
}

function isRecord(record: TraceSeen['record']): record is ReleaseRecord {
  return record !== undefined && !(record instanceof Error)
}

function ok(name: string, detail: string): Link {
  return { name, state: 'ok', detail }
}

function note(name: string, detail: string): Link {
  return { name, state: 'note', detail }
}

function broken(name: string, detail: string): Link {
  return { name, state: 'broken', detail }
}
