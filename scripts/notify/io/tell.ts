import { asUserError } from '../../base/machine-error.ts'
import { plain } from '../../base/printable.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { channelTitles } from '../channel.ts'
import { isAnnounced, type Notice } from '../notice.ts'
import { type Announcement, announce, announceOnce, type NoticeTools } from './announce.ts'

/**
 * The same ledger, which announces what is written to it: each notice is sent at once, beside what else is done. `tell`
 * sends one that is about no entry. `lines` waits for those so far, and has one line for each channel that has not taken
 * its notice. Neither throws.
 */
export function announcing(
  ledger: Ledger,
  connect: () => Promise<NoticeTools>,
): { readonly ledger: Ledger; tell(notice: Notice): void; lines(): Promise<string[]> } {
  const sending: Promise<readonly string[]>[] = []
  let tools: Promise<NoticeTools> | undefined
  return {
    ledger: heard(ledger, entry => {
      if (!isAnnounced(entry)) return
      tools ??= connect()
      sending.push(tellOf(tools, entry))
    }),
    tell(notice) {
      tools ??= connect()
      sending.push(tellOnce(tools, notice))
    },
    lines: async () => (await Promise.all(sending.splice(0))).flat(),
  }
}

/** The same ledger, of which `hear` is told what it has written. */
export function heard(ledger: Ledger, hear: (entry: Entry) => void): Ledger {
  const told = (entry: Entry | undefined) => {
    if (entry !== undefined) hear(entry)
    return entry
  }
  return {
    ...ledger,
    append: async (target, who, decide) => told(await ledger.append(target, who, decide)),
    async writer(target, who) {
      const writer = await ledger.writer(target, who)
      return { ...writer, append: async decide => told(await writer.append(decide)) }
    },
  }
}

/** Announces an entry, and returns a line for each channel that has not taken it. Never throws. */
async function tellOf(tools: Promise<NoticeTools>, entry: Entry): Promise<string[]> {
  const target = { service: entry.service, environment: entry.environment } as Target
  const again = `make reconcile ENV=${target.environment} sends it`
  try {
    return (await announce(await tools, entry)).flatMap(one => describe(one, target, again))
  } catch (error) {
    const { message } = asUserError(error) ?? (error as Error)
    return [`${printTarget(target)} was not announced: ${plain(message, 300)}; ${again}`]
  }
}

/** Sends a notice that is about no entry, and returns a line for each channel that has not taken it. Never throws. */
async function tellOnce(tools: Promise<NoticeTools>, notice: Notice): Promise<string[]> {
  const title = plain(notice.title, 300)
  try {
    const sent = await announceOnce(await tools, notice)
    return sent.flatMap(({ channel, error }) =>
      error === undefined ? [] : [`${channelTitles[channel]} was not told that ${title}: ${error.message}`],
    )
  } catch (error) {
    const { message } = asUserError(error) ?? (error as Error)
    return [`nobody was told that ${title}: ${plain(message, 300)}`]
  }
}

function describe({ channel, result, error }: Announcement, target: Target, again: string): string[] {
  const about = `the notice about ${printTarget(target)}`
  const why = error === undefined ? '' : `: ${[error.message, error.cause].filter(Boolean).join(', ')}`
  switch (result) {
    case 'sent':
      return []
    case 'not from here':
      return [`${about} was not sent to ${channelTitles[channel]}, without GITHUB_TOKEN; ${again}`]
    case 'not sent':
      return [`${about} was not sent to ${channelTitles[channel]}${why}; ${again}`]
    case 'not noted':
      return [
        `${about} was sent to ${channelTitles[channel]}, which could not be noted${why}; ${again} once more`,
      ]
  }
}
