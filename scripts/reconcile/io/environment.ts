import { attemptAsync } from '../../base/attempt.ts'
import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import type { UserError } from '../../base/user-error.ts'
import { ledgersAtOnce } from '../../ledger/io/ledger.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { observePinned, type PinnedTarget } from '../../pin/io/pinned.ts'
import type { Finding } from '../findings.ts'
import { type Compared, compareTarget, type Repairs } from './compare.ts'
import { findUnknown, lookAtLedgers } from './ledgers.ts'
import { repairLedger } from './repair-ledger.ts'

/** Compares where the traffic of an environment goes with its ledgers and pins, and repairs them unless it is a dry run. */
export async function reconcileEnvironment(repairs: Repairs, dryRun: boolean): Promise<Finding[]> {
  const pinned = await observePinned(repairs.project, repairs.name)
  const unreadable = [...pinned.pins].flatMap(([service, pin]) =>
    'error' in pin ? [failed({ service, environment: repairs.name }, pin.error)] : [],
  )
  const targets = [...pinned.pins.values()].flatMap(pin => ('value' in pin ? [pin.value] : []))
  const compared = await sideBySide(targets, ledgersAtOnce, target => compareTarget(repairs, target))
  const findings: Finding[] = []
  // One after the other: each may push a commit to the same branch.
  for (const one of compared) findings.push(...(await settle(repairs, one, dryRun)))
  const unknown = await findUnknown(repairs, new Set(pinned.pins.keys()))
  const known = new Set([...unreadable, ...findings].map(({ subject }) => subject))
  return [...unreadable, ...findings, ...unknown, ...(await lookAtLedgers(repairs, known, dryRun))]
}

async function settle(
  repairs: Repairs,
  { target, ...seen }: Outcome<PinnedTarget, Compared | undefined>,
  dryRun: boolean,
): Promise<Finding[]> {
  if ('error' in seen) return [failed(target, seen.error)]
  const { value } = seen
  if (value === undefined) return []
  const repaired = await attemptAsync(() => repairLedger(repairs, value, dryRun))
  if ('error' in repaired) return [failed(target, repaired.error)]
  return repaired.value === undefined ? [] : [repaired.value]
}

function failed(target: Target, error: UserError): Finding {
  return { subject: printTarget(target), problem: error.message, error }
}
