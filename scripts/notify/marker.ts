import { entryKey } from '../ledger/entry.ts'
import type { Target } from '../names/target.ts'
import { type ChannelName, channelNames } from './channel.ts'

/** A pattern for the keys of all markers of an environment. */
export function markerKeys(environment: string): string {
  return `notices/${environment}/*`
}

/** The folder of the markers of an entry: beside the ledgers, with the same order. */
export function markerPrefix(target: Target, sequence: number): string {
  return `${entryKey(target, sequence)
    .replace(/^ledger\//, 'notices/')
    .replace(/\.json$/, '')}/`
}

/** The key of the marker that a channel has taken the notice of an entry. */
export function markerKey(target: Target, sequence: number, channel: ChannelName): string {
  return `${markerPrefix(target, sequence)}${channel}.json`
}

/** The channels whose markers are among the keys below an entry's prefix. */
export function markedIn(keys: readonly string[]): Set<ChannelName> {
  return new Set(channelNames.filter(name => keys.some(key => key.endsWith(`/${name}.json`))))
}

/** A marker: which entry was announced, where, and when. */
export function printMarker(id: string, channel: ChannelName, at: Date): string {
  return `${JSON.stringify({ schema: 1, entry: id, channel, at: at.toISOString() }, null, 2)}\n`
}
