import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { printTime } from '../names/print-time.ts'
import { printTarget, type Target } from '../names/target.ts'
import { eventOf, type ReadEntry } from './entry.ts'
import { ledgerErrors } from './errors.ts'
import { printWho } from './who.ts'

/** What stops the deploys of a service to an environment. */
export type Hold = {
  readonly sequence: number
  readonly by: string
  /** As in `2026-01-02T03:04:05.000Z`. */
  readonly since: string
  readonly reason: string
  /** The release that traffic was sent back to, if the hold is part of a rollback. */
  readonly rolledBackTo?: string | undefined
}

/** The hold that an entry is. */
export function holdIn(entry: ReadEntry): Hold {
  const event = eventOf(entry)
  const { sequence, who, time } = entry
  const isReasoned = event?.type === 'held' || event?.type === 'rollback' || event?.type === 'rolled-back'
  return {
    sequence,
    by: plain(printWho(who)),
    since: time,
    reason: plain(isReasoned ? event.reason : 'a newer Waybill knows why', 500),
    ...(event?.type === 'rollback' ? { rolledBackTo: plain(event.deployment.tag) } : {}),
  }
}

/** A hold in one line: who, when and why. */
export function describeHold({ by, since, reason, rolledBackTo }: Hold): string {
  const what = rolledBackTo === undefined ? 'held' : `rolled back to ${rolledBackTo} and held`
  return `${what} by ${by} since ${printTime(since)}: ${reason}`
}

/** Why the traffic of a service is not sent on, in a few words. */
export function describeHeldTraffic({ by, rolledBackTo }: Hold): string {
  return rolledBackTo === undefined ? `held by ${by}` : `sent back by ${by}, held`
}

/** The error for a deploy of a service that is held. */
export function heldError(target: Target, hold: Hold): UserError {
  const { service, environment } = target
  return new UserError(
    ledgerErrors['deploy-held'],
    `${printTarget(target)} is held, so no traffic was sent anywhere`,
    {
      cause: describeHold(hold),
      remedy: `When it may be deployed again: make resume ENV=${environment} SERVICE=${service} REASON='…'`,
    },
  )
}
