import { attemptAsync } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { parseApplied } from '../../kinds/applied.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import { eventOf } from '../../ledger/entry.ts'
import { ledgerErrors } from '../../ledger/errors.ts'
import type { LedgerTools } from '../../ledger/io/open.ts'
import type { Writer } from '../../ledger/io/write-entries.ts'
import { parseTag } from '../../names/release-tag.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { deployErrors } from '../errors.ts'

/** What writes that a target is gone, or why nothing can: its environment has no ledger yet. */
export type DestroyLedger = { readonly writer: Writer } | { readonly missing: UserError }

/** Reads the newest entry before anything is destroyed, so that a ledger that cannot be written stops it. */
export async function openDestroyLedger(
  { ledger, who }: LedgerTools,
  target: Target,
): Promise<DestroyLedger> {
  const opened = await attemptAsync(() => ledger.writer(target, who))
  if ('value' in opened) return { writer: opened.value }
  if (opened.error.code !== ledgerErrors['ledger-missing'].code) throw opened.error
  return { missing: opened.error }
}

/** The release and the revision that ran last. */
type LastRun = { readonly tag: string; readonly revision: string }

/**
 * What a ledger still says runs, if AWS has no pointer of it either: an interrupted run destroyed it, or one without
 * entries. The state alone could have been lost.
 */
export async function findLeftOver(
  { ledger }: Pick<LedgerTools, 'ledger'>,
  writer: Writer,
  movers: Movers,
  target: Target,
): Promise<LastRun | undefined> {
  const { good, open } = writer.head().state
  const sequence = good[0]?.sequence ?? open?.sequence
  const event = sequence === undefined ? undefined : eventOf(await ledger.read(target, sequence))
  if (event === undefined || !('deployment' in event)) return undefined
  const applied = parseApplied(event.deployment.applied)
  const pointer = await (await movers(applied.kind)).look(applied)
  return pointer === undefined ? { tag: event.deployment.tag, revision: applied.revision } : undefined
}

/** Writes that a target is gone, unless another run has since; the error says that only the entry is missing. */
export async function noteDestroyed(
  writer: Writer,
  target: Target,
  { ran, reason }: { readonly ran: LastRun | undefined; readonly reason: string | undefined },
): Promise<void> {
  const seen = writer.head().sequence
  // The state is not checked as a ledger is, and an entry that cannot be read would end it.
  const tag = ran && parseTag(ran.tag) && ran.tag
  const written = await attemptAsync(() =>
    writer.append(({ sequence, entry }) =>
      sequence > seen && entry?.event.type === 'destroyed'
        ? undefined
        : {
            type: 'destroyed',
            ...(tag && { tag }),
            ...(ran && { revision: ran.revision }),
            ...(reason && { reason }),
          },
    ),
  )
  if ('error' in written) throw unrecorded(target, written.error)
}

function unrecorded(target: Target, error: UserError): UserError {
  return new UserError(
    deployErrors['destroy-unrecorded'],
    `${printTarget(target)} is gone, but its ledger does not say so`,
    {
      cause: [error.message, error.cause].filter(Boolean).join('\n'),
      remedy: `Run this again: it writes the entry. ${error.remedy}`.trim(),
      origin: error,
    },
  )
}
