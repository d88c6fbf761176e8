import type { Ledger } from '../../ledger/io/ledger.ts'
import { type LedgerSession, openLedgers } from '../../ledger/io/open.ts'
import { connectNotices, hasChannels, type NoticePlace } from './connect.ts'
import { announcing } from './tell.ts'

/** What a command tells of its notices, and at its end. */
type Host = NoticePlace & {
  readonly report: { item(state: 'left out', text: string): void }
  atEnd(clean: () => unknown): void
}

/**
 * The same ledger, which announces what is written to it: each notice is sent at once, beside what the command does, and
 * the command ends once all have been. No channel changes how it ends.
 */
export function announced(ledger: Ledger, host: Host): Ledger {
  if (!hasChannels(host)) return ledger
  const { ledger: told, lines } = announcing(ledger, () => connectNotices(host, ledger))
  host.atEnd(async () => {
    for (const line of await lines()) host.report.item('left out', line)
  })
  return told
}

/** Opens the ledgers of an environment, which announce what is written to them. */
export async function openAnnounced(
  invocation: Parameters<typeof openLedgers>[0] & Pick<Host, 'report' | 'atEnd'>,
  name: string,
): Promise<LedgerSession> {
  const opened = await openLedgers(invocation, name)
  const ledger = announced(opened.ledger, { ...invocation, project: opened.project, name })
  return { ...opened, ledger }
}
