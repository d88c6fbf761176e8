import { randomUUID } from 'node:crypto'
import { backoff, type Clock } from '../../base/clock.ts'
import { UserError } from '../../base/user-error.ts'
import { printTarget, type Target } from '../../names/target.ts'
import {
  type Entry,
  entryKey,
  type LedgerEvent,
  parseEntry,
  printEntry,
  requireKnown,
  type Who,
} from '../entry.ts'
import { ledgerErrors } from '../errors.ts'
import { advance } from '../state.ts'
import { digestOf } from './digest-of.ts'
import { type Head, type Open, readHead } from './read-entries.ts'

/** Decides from the newest entry what is to be written: an event, or nothing. May throw to refuse. */
export type Decide = (head: Head) => LedgerEvent | undefined

/** Writes to a target's ledger, and reads the newest entry again only if somebody else may have written. */
export type Writer = {
  /** The newest entry that it knows of. */
  head(): Head
  /** Reads the newest entry again. */
  look(): Promise<Head>
  /** The time of AWS now, as far as the last look tells. */
  now(): Date
  /** As `Ledger.append`: the write itself shows whether the entry that was known is still the newest. */
  append(decide: Decide): Promise<Entry | undefined>
}

// Each of many writers has to win once, which may take a while.
const longestMs = 3 * 60_000
const longestPauseMs = 500

/** Reads the newest entry for somebody who may write several after it. */
export async function openWriter(at: Open, target: Target, who: Who): Promise<Writer> {
  let known = await readHead(at, target)
  // Whoever writes later may change something before: a deploy applies its plan first.
  if (known.entry !== undefined) requireKnown(known.entry)
  return {
    head: () => known,
    now: () => timeNow(known, at.clock),
    async look() {
      known = await readHead(at, target)
      return known
    },
    async append(decide) {
      const { entry, head } = await append(at, target, who, decide, known)
      known = head
      return entry
    },
  }
}

/** The entry, if there was one to write, and the newest entry after that. */
type Appended = { readonly entry: Entry | undefined; readonly head: Head }

/** Writes the event that `decide` makes of the newest entry, which is `known` if it was read before. */
export async function append(
  at: Open,
  target: Target,
  who: Who,
  decide: Decide,
  known?: Head,
): Promise<Appended> {
  const { s3, clock } = at
  const begin = clock.now()
  const id = randomUUID()
  for (let tries = 0; clock.now() - begin < longestMs; tries++) {
    const isKnown = tries === 0 && known !== undefined
    const head = isKnown ? known : await readHead(at, target)
    if (head.entry !== undefined) requireKnown(head.entry)
    const event = decide(head)
    if (event === undefined) {
      // Only a write would show that what was known is still the newest.
      if (isKnown) continue
      return { entry: undefined, head }
    }
    const [entry, readAt] = [entryAfter(at, target, { id, who, event }, head), clock.now()]
    const text = printEntry(entry)
    // One that cannot be read would end the ledger.
    parseEntry(text, target, entry.sequence)
    const details = { type: 'application/json', tags: {} }
    const written = await s3.putNew(entryKey(target, entry.sequence), Buffer.from(text), details)
    if (typeof written !== 'object') return { entry, head: headAt(entry, text, readAt) }
    await clock.sleep(backoff(clock, tries, longestPauseMs))
  }
  throw new UserError(
    ledgerErrors['ledger-busy'],
    `others kept writing to the ledger of ${printTarget(target)} for ${longestMs / 1000} s`,
  )
}

function entryAfter(
  { repository, clock }: Open,
  target: Target,
  what: Pick<Entry, 'id' | 'who' | 'event'>,
  head: Head,
): Entry {
  const sequence = head.sequence + 1
  const { id, who, event } = what
  return {
    schema: 1,
    sequence,
    previous: head.digest ?? null,
    id,
    time: timeNow(head, clock).toISOString(),
    who,
    ...(repository === undefined ? {} : { repository }),
    service: target.service,
    environment: target.environment,
    event,
    state: advance(head.state, event, sequence),
  }
}

/** The time of AWS now, in whole seconds as AWS tells it. */
function timeNow({ time, readAt }: Head, clock: Clock): Date {
  return new Date(Math.floor((time.getTime() + clock.now() - readAt) / 1000) * 1000)
}

function headAt(entry: Entry, text: string, readAt: number): Head {
  const { sequence, state, time } = entry
  return { sequence, entry, digest: digestOf(text), state, time: new Date(time), readAt }
}
