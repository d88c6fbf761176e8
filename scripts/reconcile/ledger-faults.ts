import type { Hold } from '../ledger/hold.ts'
import { describeHold } from '../ledger/hold.ts'
import type { State } from '../ledger/state.ts'
import { printTime } from '../names/print-time.ts'
import type { Target } from '../names/target.ts'
import { type Finding, findInLedger } from './findings.ts'

/** What a ledger says that somebody should look at. */
export type LedgerSeen = {
  readonly state: State
  /** The time of AWS. */
  readonly now: Date
  /** When an open rollout began, and when it should be over whoever carries it out, if its first entry says so. */
  readonly begun: { readonly at: string; readonly deadline: string | undefined } | undefined
  readonly hold: Hold | undefined
}

const dayMs = 24 * 60 * 60_000
// Nobody forgets a hold on purpose.
const oldHoldMs = 7 * dayMs

/** The findings about a rollout that has no end although its time is over, and about a hold that is old. */
export function findInState(target: Target, { state, now, begun, hold }: LedgerSeen): Finding[] {
  const { environment, service } = target
  const where = `ENV=${environment} SERVICE=${service}`
  const findings: Finding[] = []
  const { open } = state
  if (open?.type === 'rollout' && begun !== undefined) {
    const end = begun.deadline ?? open.shift?.deadline ?? new Date(Date.parse(begun.at) + dayMs).toISOString()
    if (Date.parse(end) < now.getTime())
      findings.push(
        findInLedger(
          target,
          `the rollout that entry ${open.sequence} began should have been over by ${printTime(end)}`,
          `make rollback ${where} REASON='…' sends the traffic to what was verified; make deploy ${where} goes on from where it is.`,
        ),
      )
  }
  if (hold !== undefined && now.getTime() - Date.parse(hold.since) > oldHoldMs)
    findings.push(
      findInLedger(
        target,
        `deploys have been stopped for more than a week: ${describeHold(hold)}`,
        `make resume ${where} REASON='…' lets them through. If they have to wait, hold it again after that, with the reason of today.`,
      ),
    )
  return findings
}
