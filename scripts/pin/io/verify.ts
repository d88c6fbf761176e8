import { findStored, type Stores } from '../../artifacts/io/stores.ts'
import { printArtifactName } from '../../artifacts/names.ts'
import { UserError } from '../../base/user-error.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { Target } from '../../names/target.ts'
import { readRecord, readYank } from '../../release/io/records.ts'
import { type ReleaseRecord, recordDigest } from '../../release/record.ts'
import { refuseYanked } from '../../release/yank.ts'
import { pinErrors } from '../errors.ts'
import { makePin, type Pin, pinPath, printPin } from '../pin.ts'

/** Verifies that a pin names a release whose record says the same and whose artifact is there; answers the record. */
export async function verifyPin(stores: Stores, target: Target, pin: Pin): Promise<ReleaseRecord> {
  const tag = parseTag(pin.tag) as ReleaseTag
  const [record, yank] = await Promise.all([readRecord(stores, tag), readYank(stores, tag)])
  const path = pinPath(target.environment, target.service)
  const pinAgain = `make pin ENV=${target.environment} TAG=${pin.tag}`
  if (yank !== undefined) throw refuseYanked(tag, yank)
  if (record === undefined) {
    throw new UserError(
      pinErrors['pin-not-released'],
      `${path} pins ${pin.tag}, which is not released: it has no record`,
      {
        remedy: `make promote TAG=${pin.tag} releases it; or pin another release.`,
      },
    )
  }
  const wanted = printPin(makePin(record))
  if (printPin(pin) !== wanted) {
    throw new UserError(
      pinErrors['pin-contradicts-record'],
      `${path} does not say what was released as ${pin.tag}`,
      {
        cause: `the pin says ${oneLine(printPin(pin))}, and the release record ${oneLine(wanted)}`,
        remedy: `A pin is written by make pin only. Remove ${path} in a commit of its own, then: ${pinAgain}`,
      },
    )
  }
  await verifyArtifact(stores, record, pin.tag)
  return record
}

async function verifyArtifact(stores: Stores, record: ReleaseRecord, tag: string): Promise<void> {
  const { artifact } = record
  const found = (await findStored(stores, [artifact])).get(artifact)
  const wanted = recordDigest(record)
  if (found === wanted) return
  const name = printArtifactName(artifact)
  throw new UserError(
    pinErrors[found === undefined ? 'pin-artifact-missing' : 'pin-artifact-changed'],
    found === undefined
      ? `the artifact of ${tag} is gone: ${name}`
      : `${name} is not what was released as ${tag}`,
    {
      cause: `the release record says ${wanted}, and the store has ${found ?? 'nothing under that name'}`,
      remedy:
        found === undefined
          ? `make reconcile says whether the commit's own artifact is still there to be promoted again; else pin another release.`
          : 'Find out who replaced it, and pin another release: a release never changes.',
    },
  )
}

function oneLine(text: string): string {
  return JSON.stringify(JSON.parse(text))
}
