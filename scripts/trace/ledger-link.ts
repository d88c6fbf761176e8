import { awsErrors } from '../aws/errors.ts'
import type { Attempt } from '../base/attempt.ts'
import { plain } from '../base/printable.ts'
import type { ReadEntry } from '../ledger/entry.ts'
import { ledgerErrors } from '../ledger/errors.ts'
import { describeHold } from '../ledger/hold.ts'
import { printWho } from '../ledger/who.ts'
import { printTime } from '../names/print-time.ts'
import type { Fate, LedgerSeen } from './fate.ts'
import { broken, type Link, note, ok } from './link.ts'

/** What the ledger's link is compared with. */
export type LedgerPlace = {
  readonly environment: string
  /** Whether the environment is pinned to the release. */
  readonly isPinned: boolean
  /** Whether the traffic was seen to go to the release. */
  readonly isRunning: boolean
}

const prefix = 'ledger '

/** Whether a link, by its name, is about a ledger. */
export function isLedger(name: string): boolean {
  return name.startsWith(prefix)
}

/** What the ledger of an environment says about a release, if it says anything. */
export function ledgerLink(
  { environment, isPinned, isRunning }: LedgerPlace,
  seen: Attempt<LedgerSeen> | undefined,
): Link[] {
  const name = `${prefix}${environment}`
  if (seen === undefined) return []
  if ('error' in seen) {
    const { code, message } = seen.error
    return unseen.includes(code) ? [note(name, `not checked: ${message}`)] : [broken(name, message)]
  }
  const { entries, fate, hold, faults } = seen.value
  if (faults.length > 0)
    return [broken(name, faults.map(({ sequence, fault }) => `entry ${sequence} ${fault}`).join('; '))]
  // What was deployed before there was a ledger is in none.
  if (entries === 0) return isPinned ? [note(name, 'it has no entries yet')] : []
  const held = hold === undefined ? '' : `; ${describeHold(hold)}`
  if (fate === undefined) {
    if (isRunning) return [broken(name, `no entry knows the release that runs${held}`)]
    return isPinned ? [note(name, `not deployed yet${held}`)] : []
  }
  const says = `${describeFate(fate)}${held}`
  if (isRunning && isOver(fate)) return [broken(name, `${says}; but it runs`)]
  if (isPinned && fate.state === 'left') return [broken(name, `${says}; but it is pinned`)]
  return [isPinned && isGood(fate) ? ok(name, says) : note(name, says)]
}

// Often these are credentials of the artifact account alone.
const unseen = [ledgerErrors['ledger-missing'], awsErrors['aws-denied'], awsErrors['aws-wrong-account']].map(
  ({ code }) => code,
)

function isOver({ state }: Fate): boolean {
  return state === 'left' || state === 'failed' || state === 'gone'
}

function isGood({ state }: Fate): boolean {
  return state === 'verified' || state === 'back'
}

function describeFate({ state, entry, verified, reason = '' }: Fate): string {
  const why = plain(reason, 400)
  const before = verified === undefined ? '' : `verified ${describe(verified)}, then `
  switch (state) {
    case 'verified':
      return `verified ${describe(entry)}`
    case 'not ended':
      return `${before}a rollout began ${describe(entry)} and has not ended`
    case 'failed':
      return `${before}a rollout was rolled back ${describe(entry)}: ${why}`
    case 'back':
      return `${before}traffic was sent back to it ${describe(entry)}: ${why}`
    case 'gone':
      return `${before}the service was destroyed ${describe(entry)}${why === '' ? '' : `: ${why}`}`
    case 'left':
      return `${before}traffic was sent back from it ${describe(entry)}: ${why}`
  }
}

function describe({ sequence, time, who }: ReadEntry): string {
  return `${printTime(time)} by ${plain(printWho(who))} (entry ${sequence})`
}
