import { plain } from '../base/printable.ts'
import { eventOf, type LedgerEvent, type ReadEntry } from '../ledger/entry.ts'
import { printWho } from '../ledger/who.ts'
import type { Digest } from '../names/digest.ts'
import { printTime } from '../names/print-time.ts'
import type { Target } from '../names/target.ts'

/** The events that are announced. */
const announced = ['verified', 'rolled-back', 'rollback', 'held', 'resumed', 'destroyed'] as const

type AnnouncedName = (typeof announced)[number]
type AnnouncedEvent = Extract<LedgerEvent, { type: AnnouncedName }>

/** What a channel is told, in no channel's format. All of it may be text from outside. */
export type Notice = {
  /** The id of the entry, if it is about one: whoever gets a notice twice knows it by this. */
  readonly id: string
  readonly target: Target
  readonly event: AnnouncedName | 'alarm' | 'unrecorded'
  readonly title: string
  readonly facts: readonly Fact[]
  /** The release that it is about, or that was gone back to. */
  readonly release: { readonly tag: string; readonly digest: Digest | undefined } | undefined
  /** The address of the job that wrote the entry. */
  readonly run: string | undefined
}

/** What a channel is told of an entry. */
export type EntryNotice = Notice & { readonly sequence: number }

/** One line of a notice: its name is ours, its value is not. */
export type Fact = { readonly name: string; readonly value: string }

/** Whether an entry is announced; one of a newer Waybill is announced by that. */
export function isAnnounced(entry: ReadEntry): boolean {
  return announcedEvent(entry) !== undefined
}

function announcedEvent(entry: ReadEntry): AnnouncedEvent | undefined {
  const event = eventOf(entry)
  return event !== undefined && announced.some(name => name === event.type)
    ? (event as AnnouncedEvent)
    : undefined
}

/** The sequence of the entry that says what an entry is about, if that is another one. */
export function explainedBy(entry: ReadEntry): number | undefined {
  const event = announcedEvent(entry)
  if (event?.type === 'rolled-back') return event.started
  return event?.type === 'destroyed' && entry.sequence > 1 ? entry.sequence - 1 : undefined
}

/** The notice of an entry; `other` is the entry that explains it. Undefined for an entry that is not announced. */
export function noticeOf(entry: ReadEntry, other: ReadEntry | undefined): EntryNotice | undefined {
  const event = announcedEvent(entry)
  if (event === undefined) return undefined
  const { id, sequence, service, environment, who, time } = entry
  const target = { service, environment } as Target
  const release = releaseOf(event, other)
  const common: Fact[] = [
    { name: 'By', value: printWho(who) },
    { name: 'At', value: printTime(time) },
    { name: 'Entry', value: `${sequence}, ${id}` },
  ]
  const facts = [...factsOf(event, target, entry.state.hold === sequence), ...common]
  const title = titleOf(event, target, release?.tag)
  return { id, sequence, target, event: event.type, title, facts, release, run: who.run }
}

/** The notice of what no ledger has; `title` says all of it, and `why` the rest. */
export function noticeWithoutEntry(
  about: Pick<Notice, 'id' | 'target' | 'event' | 'title'>,
  { why, next, time }: { readonly why?: string; readonly next?: string; readonly time: Date },
): Notice {
  const facts = [
    ...(why === undefined ? [] : [because(why)]),
    ...(next === undefined ? [] : [{ name: 'Next', value: next }]),
    { name: 'At', value: printTime(time.toISOString()) },
    { name: 'Id', value: about.id },
  ]
  return { ...about, facts, release: undefined, run: undefined }
}

function releaseOf(event: AnnouncedEvent, other: ReadEntry | undefined): Notice['release'] {
  if ('deployment' in event) return { tag: event.deployment.tag, digest: event.deployment.digest }
  if (event.type === 'rolled-back') {
    const begun = other && eventOf(other)
    return begun?.type === 'started'
      ? { tag: begun.deployment.tag, digest: begun.deployment.digest }
      : undefined
  }
  if (event.type !== 'destroyed' || event.tag === undefined) return undefined
  const { tag, revision } = event
  const ran = other?.state.good.find(one => one.tag === tag && one.revision === revision)
  return { tag, digest: ran?.digest as Digest | undefined }
}

function titleOf(event: AnnouncedEvent, { service, environment }: Target, tag = service as string): string {
  switch (event.type) {
    case 'verified':
      return `${tag} is verified in ${environment}`
    case 'rolled-back':
      return `${tag} was rolled back in ${environment}`
    case 'rollback':
      return `${service} in ${environment} was sent back to ${tag}`
    case 'held':
      return `Deploys of ${service} to ${environment} are held`
    case 'resumed':
      return `${service} may be deployed to ${environment} again`
    case 'destroyed':
      return `${service} was destroyed in ${environment}`
  }
}

// As long as a reason may be.
const longestReason = 500

function factsOf(event: AnnouncedEvent, { service, environment }: Target, holds: boolean): Fact[] {
  const where = `ENV=${environment} SERVICE=${service}`
  const held = holds ? [{ name: 'Deploys', value: `held until make resume ${where} REASON='…'` }] : []
  const more = { name: 'More', value: `make incident ${where}` }
  switch (event.type) {
    case 'verified':
      return []
    case 'rolled-back':
      return [because(event.reason), { name: 'Traffic', value: `back on ${event.to}` }, ...held, more]
    case 'rollback':
      return [
        because(event.reason),
        { name: 'Before', value: event.from.tag ?? event.from.revision },
        ...held,
        more,
      ]
    case 'held':
    case 'resumed':
      return [because(event.reason), ...held]
    case 'destroyed':
      return event.reason === undefined ? [] : [because(event.reason)]
  }
}

function because(reason: string): Fact {
  return { name: 'Reason', value: plain(reason, longestReason) }
}
