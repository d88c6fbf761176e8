import { findStored, type Stores } from '../../artifacts/io/stores.ts'
import { printArtifactName } from '../../artifacts/names.ts'
import { UserError } from '../../base/user-error.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { Target } from '../../names/target.ts'
import type { Project } from '../../project/io/project.ts'
import { readRecord, requireNotYanked } from '../../release/io/records.ts'
import { type ReleaseRecord, recordDigest } from '../../release/record.ts'
import { pinErrors } from '../errors.ts'
import { findContradiction, type Pin, pinPath } from '../pin.ts'
import { requireAccepted } from '../pre-release.ts'
import type { PinnedTarget } from './pinned.ts'

/**
 * Verifies that the environment accepts a pinned release, that it was not yanked, that the pin matches its record, and
 * that the artifact is unchanged; returns the record.
 */
export async function verifyPin(
  { environments, stores }: Pick<Project, 'environments' | 'stores'>,
  { pin, ...target }: PinnedTarget,
): Promise<ReleaseRecord> {
  const tag = parseTag(pin.tag) as ReleaseTag
  requireAccepted(environments, target.environment, tag)
  const [record] = await Promise.all([readRecord(stores, tag), requireNotYanked(stores, tag, goBack(target))])
  const path = pinPath(target.environment, target.service)
  if (record === undefined) throw notReleased(path, pin)
  const contradiction = findContradiction(record, pin)
  if (contradiction !== undefined) throw contradictsRecord(target, pin, contradiction)
  await verifyArtifact(stores, record, pin.tag)
  return record
}

function goBack({ environment, service }: Target): string {
  return `Go back to the release before it: make pin ENV=${environment} PREVIOUS=${service}, then make deploy ENV=${environment} SERVICE=${service}`
}

function notReleased(path: string, pin: Pin): UserError {
  return new UserError(
    pinErrors['pin-not-released'],
    `${path} pins ${pin.tag}, which has no release record`,
    {
      remedy: `make promote TAG=${pin.tag} releases it; or pin another release.`,
    },
  )
}

function contradictsRecord({ environment, service }: Target, pin: Pin, contradiction: string): UserError {
  const path = pinPath(environment, service)
  return new UserError(
    pinErrors['pin-contradicts-record'],
    `${path} does not match the release record of ${pin.tag}`,
    {
      cause: `it has ${contradiction}`,
      remedy: `Only make pin writes pins. This rewrites it: make pin ENV=${environment} TAG=${pin.tag}`,
    },
  )
}

async function verifyArtifact(stores: Stores, record: ReleaseRecord, tag: string): Promise<void> {
  const { artifact } = record
  const found = (await findStored(stores, [artifact])).get(artifact)
  const wanted = recordDigest(record)
  if (found === wanted) return
  const name = printArtifactName(artifact)
  const cause = `the release record says ${wanted}, and the store has ${found ?? 'nothing under that name'}`
  if (found === undefined)
    throw new UserError(pinErrors['pin-artifact-missing'], `the artifact of ${tag} is gone: ${name}`, {
      cause,
    })
  throw new UserError(pinErrors['pin-artifact-changed'], `${name} is not what was released as ${tag}`, {
    cause,
  })
}
