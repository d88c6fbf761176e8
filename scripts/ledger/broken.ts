import { UserError } from '../base/user-error.ts'
import { printTarget, type Target } from '../names/target.ts'
import type { ChainFault } from './chain.ts'
import { ledgerPrefix } from './entry.ts'
import { ledgerErrors } from './errors.ts'

/** The error for a ledger whose entries do not follow from each other. */
export function brokenLedger(bucket: string, target: Target, faults: readonly ChainFault[]): UserError {
  return new UserError(
    ledgerErrors['ledger-broken'],
    `the ledger of ${printTarget(target)} was tampered with`,
    {
      cause: faults.map(({ sequence, fault }) => `entry ${sequence} ${fault}`).join('\n'),
      remedy: `Entries never change. aws s3api list-object-versions --bucket ${bucket} --prefix ${ledgerPrefix(target)} shows what was there before; find out who changed it.`,
    },
  )
}
