import { attemptAsync } from '../../../base/attempt.ts'
import type { Ledger } from '../../../ledger/io/ledger.ts'
import type { Writer } from '../../../ledger/io/write-entries.ts'
import type { Target } from '../../../names/target.ts'
import { hintOf } from '../way-back.ts'

/**
 * The same writer, which leaves the way back beside what it writes: a guardian finds the newest entry and the hint in one
 * list. Where the hint is missing, it reads the entry.
 */
export function leavingHints(writer: Writer, ledger: Pick<Ledger, 'leaveHint'>, target: Target): Writer {
  return {
    ...writer,
    async append(decide) {
      const entry = await writer.append(decide)
      if (entry === undefined) return undefined
      const hint = hintOf(entry)
      if (hint !== undefined) await attemptAsync(() => ledger.leaveHint(target, entry.sequence, hint))
      return entry
    },
  }
}
