import type { ReadEntry } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import { newestFirst } from '../../ledger/io/newest-first.ts'
import type { Target } from '../../names/target.ts'
import type { ChannelName } from '../channel.ts'
import { isAnnounced } from '../notice.ts'
import { findLeft, type NoticeTools } from './announce.ts'

/** An entry, and the channels that have not taken its notice. */
export type Unsent = { readonly entry: ReadEntry; readonly title: string; readonly channels: ChannelName[] }

// What is older is news to nobody.
const longestMs = 3 * 24 * 60 * 60_000
// Whoever wrote an entry is still sending its notice.
const sendingMs = 2 * 60_000
const mostEntries = 200

/** The notices of a target that channels lack, oldest first: of entries that are neither new nor old. */
export async function findUnsent(tools: NoticeTools, ledger: Ledger, target: Target): Promise<Unsent[]> {
  if (tools.channels.length === 0) return []
  const head = await ledger.head(target)
  const now = head.time.getTime()
  const unsent: Unsent[] = []
  let looked = 0
  for await (const entry of newestFirst(ledger, target, head.sequence)) {
    const age = now - Date.parse(entry.time)
    if (age > longestMs || ++looked > mostEntries) break
    if (age < sendingMs || !isAnnounced(entry)) continue
    const left = await findLeft(tools, entry)
    if (left !== undefined && left.channels.length > 0)
      unsent.unshift({
        entry,
        title: left.notice.title,
        channels: left.channels.map(({ name }) => name),
      })
  }
  return unsent
}
