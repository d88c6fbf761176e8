import { type Attempt, attemptAsync } from '../../base/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import type { UserError } from '../../base/user-error.ts'
import type { ReadEntry } from '../../ledger/entry.ts'
import type { Target } from '../../names/target.ts'
import type { ChannelName } from '../channel.ts'
import { markedIn, markerKey, markerPrefix, printMarker } from '../marker.ts'
import { type EntryNotice, explainedBy, type Notice, noticeOf } from '../notice.ts'
import type { AbsentChannel, Channel } from './channel.ts'

/** What announcing takes: no work tree, so that a function can do it as well. */
export type NoticeTools = {
  readonly channels: readonly (Channel | AbsentChannel)[]
  readonly clock: Pick<Clock, 'date'>
  /** The bucket of the ledgers, where the markers are. */
  readonly markers: {
    list(prefix: string): Promise<string[]>
    putNew(
      key: string,
      bytes: Uint8Array,
      details: { type: string; tags: Record<string, string> },
    ): Promise<unknown>
  }
  /** Reads another entry of the same ledger. */
  read(target: Target, sequence: number): Promise<ReadEntry>
}

/** What became of a notice in a channel that had not taken it yet. */
export type Announcement = {
  readonly channel: ChannelName
  readonly result: 'sent' | 'not sent' | 'not noted' | 'not from here'
  readonly error?: UserError
}

/**
 * Sends the notice of an entry to each channel that has not taken it yet. A marker says that a channel has; it is written
 * after that, so whoever dies in between sends the notice a second time, with the same id. Never throws for a channel.
 */
export async function announce(tools: NoticeTools, entry: ReadEntry): Promise<Announcement[]> {
  const left = await findLeft(tools, entry)
  if (left === undefined) return []
  return await Promise.all(left.channels.map(channel => sendOnce(tools, left.notice, channel)))
}

/** The notice of an entry, and the channels that have not taken it; undefined for an entry that is not announced. */
export async function findLeft(
  { channels, markers, read }: NoticeTools,
  entry: ReadEntry,
): Promise<{ readonly notice: EntryNotice; readonly channels: NoticeTools['channels'] } | undefined> {
  if (channels.length === 0) return undefined
  const other = explainedBy(entry)
  const target = { service: entry.service, environment: entry.environment } as Target
  const explaining = other === undefined ? undefined : await readOrNone(() => read(target, other))
  const notice = noticeOf(entry, explaining)
  if (notice === undefined) return undefined
  const taking = channels.filter(channel => channel.takes(notice))
  const marked = markedIn(await markers.list(markerPrefix(target, entry.sequence)))
  return { notice, channels: taking.filter(({ name }) => !marked.has(name)) }
}

/** A damaged entry leaves a notice without its release; one that AWS did not give is worth another attempt. */
async function readOrNone(read: () => Promise<ReadEntry>): Promise<ReadEntry | undefined> {
  const found = await attemptAsync(read)
  if ('value' in found) return found.value
  if (found.error.ending === 'cloud') throw found.error
  return undefined
}

/** Sends a notice that is about no entry, so that nothing notes where it was sent. Never throws for a channel. */
export async function announceOnce(
  { channels }: Pick<NoticeTools, 'channels'>,
  notice: Notice,
): Promise<Announcement[]> {
  const taking = channels.filter(channel => channel.takes(notice))
  return await Promise.all(taking.map(channel => sendTo(channel, notice)))
}

async function sendTo(channel: Channel | AbsentChannel, notice: Notice): Promise<Announcement> {
  const { name } = channel
  if ('absent' in channel) return { channel: name, result: 'not from here' }
  const sent = await attemptAsync(() => channel.send(notice))
  return 'error' in sent
    ? { channel: name, result: 'not sent', error: sent.error }
    : { channel: name, result: 'sent' }
}

async function sendOnce(
  tools: NoticeTools,
  notice: EntryNotice,
  channel: Channel | AbsentChannel,
): Promise<Announcement> {
  const { name } = channel
  const sent = await sendTo(channel, notice)
  if (sent.result !== 'sent') return sent
  const noted = await mark(tools, notice, name)
  return 'error' in noted
    ? { channel: name, result: 'not noted', error: noted.error }
    : { channel: name, result: 'sent' }
}

async function mark(
  { markers, clock }: NoticeTools,
  { target, sequence, id }: EntryNotice,
  channel: ChannelName,
): Promise<Attempt<unknown>> {
  const bytes = Buffer.from(printMarker(id, channel, clock.date()))
  const key = markerKey(target, sequence, channel)
  return await attemptAsync(() => markers.putNew(key, bytes, { type: 'application/json', tags: {} }))
}
