import { errorsOf, valuesOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { Pinned, PinnedTarget } from '../../pin/io/pinned.ts'
import { findContradiction } from '../../pin/pin.ts'
import type { Project } from '../../project/io/project.ts'
import { readRecord } from '../../release/io/records.ts'
import { recordDigest } from '../../release/record.ts'
import { changedMember, changedSince } from '../verification.ts'
import type { Ledger } from './ledger.ts'
import { settingsDigest } from './settings-digest.ts'

/** The environment whose combination is wanted: its ledger, its pins, and the services of the set. */
export type SetSource = {
  readonly ledger: Ledger
  readonly pinned: Pinned
  readonly targets: readonly PinnedTarget[]
}

const atOnce = 16

/** The releases that an environment verified together; throws if any service changed since, and names each that did. */
export async function verifiedReleases(project: Project, source: SetSource): Promise<{ tag: ReleaseTag }[]> {
  const found = await sideBySide(source.targets, atOnce, target => verifiedRelease(project, source, target))
  joinErrors(errorsOf(found))
  return valuesOf(found).map(tag => ({ tag }))
}

async function verifiedRelease(
  { stores }: Project,
  { ledger, pinned }: SetSource,
  { service, environment, pin }: PinnedTarget,
): Promise<ReleaseTag> {
  const target = { service, environment }
  const tag = parseTag(pin.tag) as ReleaseTag
  const [record, { state }] = await Promise.all([readRecord(stores, tag), ledger.head(target)])
  if (record === undefined)
    throw changedMember(target, {
      why: `${pin.tag} has no release record`,
      command: `make promote TAG=${pin.tag}`,
    })
  const contradiction = findContradiction(record, pin)
  if (contradiction !== undefined)
    throw changedMember(target, {
      why: `its pin says ${contradiction}`,
      command: `make pin ENV=${environment} TAG=${pin.tag}`,
    })
  const settings = settingsDigest(
    target,
    pinned.services.get(service) as ServiceConfig,
    pinned.environment,
    pinned.own.get(service),
  )
  const change = changedSince({ target, state, pinned: pin.tag, digest: recordDigest(record), settings })
  if (change !== undefined) throw changedMember(target, change)
  return tag
}
