import { type Decision, type Refused, refuse } from '../base/decision.ts'
import { UserError } from '../base/user-error.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
import { compareVersions } from '../names/version-order.ts'
import type { ReleaseRecord } from '../release/record.ts'
import { pinErrors } from './errors.ts'
import { isPinOf, type Pin } from './pin.ts'

/** A release that an environment should run, and which pin it may replace. */
export type WantedPin = {
  readonly environment: string
  readonly record: ReleaseRecord
  /** Whether the release may be older than the pinned one. */
  readonly allowOlder: boolean
  /** The tag that must still be pinned; if left out, any. */
  readonly present?: string | undefined
}

/** Releases to pin in one commit. */
export type PinSet = {
  readonly pins: readonly WantedPin[]
  /** The environment in which exactly this combination was verified. */
  readonly verifiedIn?: string | undefined
  /** Why a release is pinned although it was not verified where it should be. */
  readonly unverified?: string | undefined
}

/** What to do about a pin: write it in place of the release before, if there is one. */
export type PinDecision = Decision<{ readonly from: ReleaseTag | undefined }>

/** Decides from the pin on the branch. */
export function decidePin(current: Pin | undefined, wanted: WantedPin): PinDecision {
  if (current !== undefined && isPinOf(wanted.record, current)) return { step: 'already done' }
  if (wanted.present !== undefined && current?.tag !== wanted.present) return changed(wanted, current?.tag)
  if (current === undefined) return { step: 'create', from: undefined }
  const pinned = parseTag(current.tag) as ReleaseTag
  const isOlder = compareVersions(wanted.record.tag.version, pinned.version) < 0
  return isOlder && !wanted.allowOlder ? older(wanted, pinned) : { step: 'create', from: pinned }
}

function older({ environment, record }: WantedPin, pinned: ReleaseTag): Refused {
  return refuse(
    new UserError(
      pinErrors['pin-older'],
      `${environment} is pinned to ${printTag(pinned)}, which is newer than ${printTag(record.tag)}`,
    ),
  )
}

function changed({ environment, record, present }: WantedPin, pinned = 'nothing'): Refused {
  return refuse(
    new UserError(
      pinErrors['pin-changed'],
      `${environment} is now pinned to ${pinned}; ${printTag(record.tag)} is the release before ${present}`,
    ),
  )
}
