import { printArtifactName } from '../artifacts/names.ts'
import type { Referrer } from '../artifacts/referrers.ts'
import type { ArtifactName } from '../artifacts/types.ts'
import { type Attempt, valueIn } from '../base/attempt.ts'
import { plain } from '../base/printable.ts'
import type { TagRef } from '../git/tag-ref.ts'
import { short } from '../names/commit.ts'
import type { Digest } from '../names/digest.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import { findContradiction, type Pin, type ServicePins } from '../pin/pin.ts'
import { isRecorded, makeRecord, printRecord, type ReleaseRecord, recordDigest } from '../release/record.ts'
import type { Release } from '../release/release.ts'
import { printYankReason, type Yank } from '../release/yank.ts'
import { describeForeign, describePhase, isHeldThere, isOnItsWay, type Running } from '../rollout/running.ts'
import type { LedgerSeen } from './fate.ts'
import { type LedgerPlace, ledgerLink } from './ledger-link.ts'
import { broken, type Link, note, ok } from './link.ts'

/** Everything that was seen of a release. */
export type TraceSeen = {
  readonly tag: ReleaseTag
  readonly remoteTag: TagRef | undefined
  /** The release branch that holds the tag's commit. */
  readonly branch: string | undefined
  /** The release according to git; undefined without an annotated tag. */
  readonly release: Attempt<Release> | undefined
  /** Its record; an error if the record is unusable. */
  readonly record: Attempt<ReleaseRecord | undefined>
  readonly names: { readonly built: ArtifactName; readonly released: ArtifactName } | undefined
  readonly built: Digest | undefined
  readonly released: Digest | undefined
  /** Its yank marker; an error if the marker is unusable. */
  readonly yank: Attempt<Yank | undefined>
  readonly referrers: readonly Referrer[]
  readonly pins: ServicePins
  /** What each environment with a pin runs, undefined before the first deploy; an error if it cannot be read. */
  readonly running: ReadonlyMap<string, Attempt<Running | undefined>>
  /** What the ledger of each environment with a pin says; an error if it cannot be read. */
  readonly ledgers: ReadonlyMap<string, Attempt<LedgerSeen>>
}

/** Every link of a release; each depends on the one before. */
export function traceLinks(seen: TraceSeen): Link[] {
  return [
    tagLink(seen),
    commitLink(seen),
    sourceLink(seen),
    builtLink(seen),
    releasedLink(seen),
    recordLink(seen),
    ...seen.referrers.map(({ digest, artifactType }) => note('referrer', `${artifactType} ${digest}`)),
    ...yankLinks(seen),
    ...[...seen.pins].flatMap(([environment, pin]) => [
      pinLink(seen, environment, pin),
      ...runsLink(seen, environment, pin),
      ...ledgerLink(ledgerPlace(seen, environment, pin), seen.ledgers.get(environment)),
    ]),
  ]
}

function tagLink({ tag, remoteTag }: TraceSeen): Link {
  if (remoteTag === undefined) return broken('tag', `the remote has no tag ${printTag(tag)}`)
  if (remoteTag.commit === undefined) return broken('tag', `${remoteTag.object} is not an annotated tag`)
  return ok('tag', `object ${remoteTag.object}`)
}

function commitLink({ remoteTag, branch, record }: TraceSeen): Link {
  const { commit, object: tagObject } = remoteTag ?? {}
  if (commit === undefined || tagObject === undefined)
    return broken('commit', 'unknown without an annotated tag')
  if (branch !== undefined) return ok('commit', `${commit} on ${branch}`)
  return isRecorded(valueIn(record), { tagObject, commit })
    ? note('commit', `${commit} is no longer on a release branch; its record proves that it was`)
    : broken('commit', `${commit} is on no release branch`)
}

function sourceLink({ release }: TraceSeen): Link {
  if (release === undefined) return broken('source commit', 'unknown without the commit')
  return 'error' in release
    ? broken('source commit', release.error.message)
    : ok('source commit', release.value.sourceCommit)
}

function builtLink({ names, built, released, record }: TraceSeen): Link {
  const name = 'artifact by commit'
  if (names === undefined) return broken(name, 'its name is unknown without the source commit')
  const where = printArtifactName(names.built)
  const recorded = digestIn(record)
  if (built === undefined) {
    // A lifecycle rule may expire a build; the release has a name of its own.
    return recorded !== undefined && recorded === released
      ? note(name, `${where} is gone; the release name still has it`)
      : broken(name, `${where} is not stored`)
  }
  if (recorded !== undefined && recorded !== built) {
    return broken(name, `${where} has ${built}, but the record has ${recorded}`)
  }
  return ok(name, `${where} ${built}`)
}

function releasedLink({ names, built, released, record }: TraceSeen): Link {
  const name = 'artifact by release'
  if (names === undefined) return broken(name, 'its name is unknown without the commit')
  const where = printArtifactName(names.released)
  const recorded = digestIn(record)
  if (released === undefined) return broken(name, `${where} is not stored`)
  if (recorded !== undefined && recorded !== released) {
    return broken(name, `${where} has ${released}, but the record has ${recorded}`)
  }
  if (recorded === undefined && built !== undefined && built !== released) {
    return broken(name, `${where} has ${released}, but ${printArtifactName(names.built)} has ${built}`)
  }
  return ok(name, `${where} ${released}`)
}

function recordLink({ release, record, tag }: TraceSeen): Link {
  if ('error' in record) return broken('record', record.error.message)
  const found = record.value
  if (found === undefined) return broken('record', `${printTag(tag)} has no release record`)
  const fromGit = valueIn(release)
  const wanted = fromGit === undefined ? found : makeRecord(fromGit, recordDigest(found))
  if (printRecord(wanted) === printRecord(found)) {
    return ok('record', `${printCommits(found)}, ${recordDigest(found)}`)
  }
  return broken('record', `it has ${printCommits(found)}; git has ${printCommits(wanted)}`)
}

function printCommits({ commit, sourceCommit, tagObject }: ReleaseRecord): string {
  return `commit ${short(commit)}, source commit ${short(sourceCommit)}, tag object ${short(tagObject)}`
}

function yankLinks({ yank }: TraceSeen): Link[] {
  if ('error' in yank) return [broken('yank', yank.error.message)]
  return yank.value === undefined ? [] : [note('yank', printYankReason(yank.value))]
}

function pinLink({ tag, record, yank }: TraceSeen, environment: string, seen: Attempt<Pin>): Link {
  const name = `pin ${environment}`
  if ('error' in seen) return broken(name, seen.error.message)
  const pin = seen.value
  if (pin.tag !== printTag(tag)) return note(name, `another release: ${pin.tag}`)
  const found = valueIn(record)
  if (found === undefined) return broken(name, 'this release, which has no usable record')
  const contradiction = findContradiction(found, pin)
  if (contradiction !== undefined) return broken(name, `it has ${contradiction}`)
  if ('error' in yank) return broken(name, 'this release, which may have been yanked')
  return yank.value === undefined ? ok(name, 'this release') : broken(name, 'this release, which was yanked')
}

const runs = 'runs '

/** Whether a link, by its name, is about what an environment runs. */
export function isRunning(name: string): boolean {
  return name.startsWith(runs)
}

/** What an environment runs, if this release is pinned or applied there. */
function runsLink({ tag, running, ledgers }: TraceSeen, environment: string, pin: Attempt<Pin>): Link[] {
  const name = `${runs}${environment}`
  const seen = running.get(environment)
  if (seen === undefined) return []
  // Often these are credentials of the artifact account alone.
  if ('error' in seen) return [note(name, `not checked: ${seen.error.message}`)]
  const applied = seen.value?.tag
  if (seen.value === undefined || applied !== printTag(tag))
    return valueIn(pin)?.tag === printTag(tag)
      ? [note(name, `not deployed yet: ${applied === undefined ? 'nothing' : plain(applied)} is applied`)]
      : []
  const { says, released, foreign } = seen.value
  const faults = foreign.map(one => describeForeign(seen.value as Running, one))
  const ledger = valueIn(ledgers.get(environment))
  const phase = ledger?.phase
  // Some platforms name a revision as soon as it is on its way.
  if (faults.length === 0 && phase !== undefined && isOnItsWay(seen.value, phase))
    return [note(name, `${says}; ${describePhase(phase)}`)]
  if (!goesThere(seen.value, ledger)) faults.unshift(says)
  return [faults.length > 0 ? broken(name, faults.join('; ')) : ok(name, `${says}; ${released}`)]
}

/** Whether the traffic goes to the release that was applied, if not to the same revision. */
function goesThere(running: Running, ledger: LedgerSeen | undefined): boolean {
  const isHeld = ledger !== undefined && ledger.good?.tag === running.tag && isHeldThere(running, ledger)
  return running.isApplied || isHeld
}

function ledgerPlace(
  { tag, running, ledgers }: TraceSeen,
  environment: string,
  pin: Attempt<Pin>,
): LedgerPlace {
  const runs = valueIn(running.get(environment))
  return {
    environment,
    isPinned: valueIn(pin)?.tag === printTag(tag),
    isRunning: runs?.tag === printTag(tag) && goesThere(runs, valueIn(ledgers.get(environment))),
  }
}

function digestIn(record: TraceSeen['record']): Digest | undefined {
  const found = valueIn(record)
  return found && recordDigest(found)
}
