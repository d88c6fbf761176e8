import { randomUUID } from 'node:crypto'
import { type AwsSettings, awsFailure } from '../../aws/io/calls.ts'
import { connectS3, type S3 } from '../../aws/io/s3.ts'
import { attempt, unwrap } from '../../base/attempt.ts'
import { backoff, type Clock } from '../../base/clock.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import type { Environment } from '../../catalogue/environments.ts'
import type { Digest } from '../../names/digest.ts'
import { printTarget, type Target } from '../../names/target.ts'
import type { ChainFault, Link } from '../chain.ts'
import {
  brokenEntry,
  type Entry,
  entryKey,
  type LedgerEvent,
  ledgerPrefix,
  parseEntry,
  printEntry,
  type ReadEntry,
  requireKnown,
  sequenceAt,
  type Who,
} from '../entry.ts'
import { ledgerErrors } from '../errors.ts'
import { advance, initialState, type State } from '../state.ts'
import { digestOf } from './digest-of.ts'

/** The newest entry of a ledger, what is true after it, and the time of AWS. */
export type Head = {
  /** Zero in a ledger without entries. */
  readonly sequence: number
  readonly entry: ReadEntry | undefined
  readonly digest: Digest | undefined
  readonly state: State
  readonly time: Date
  /** `Clock.now()` at that time. */
  readonly readAt: number
}

/** Decides from the newest entry what is to be written: an event, or nothing. May throw to refuse. */
export type Decide = (head: Head) => LedgerEvent | undefined

/** The ledgers of an environment. */
export type Ledger = {
  /** The newest entry of a target's ledger. */
  head(target: Target): Promise<Head>
  /** The entry with a sequence; throws if it is missing. */
  read(target: Target, sequence: number): Promise<ReadEntry>
  /**
   * Writes the event that `decide` makes of the newest entry, once, as the next entry. Decides anew if somebody else was
   * faster. Returns the entry, or undefined if there was nothing to write.
   */
  append(target: Target, who: Who, decide: Decide): Promise<Entry | undefined>
  /** Reads the newest entry for somebody who may write several after it. */
  writer(target: Target, who: Who): Promise<Writer>
  /** Every entry, oldest first. */
  links(target: Target): Promise<Link[]>
  /** The same, some at a time, so that a long ledger need not be held at once. */
  pages(target: Target): AsyncIterable<Link[]>
  /** Places that were written again or deleted, as the versions of the bucket's objects show. */
  rewritten(target: Target): Promise<ChainFault[]>
  /** The services that have a ledger in the environment. */
  services(environment: string): Promise<string[]>
}

/** Writes to a target's ledger, and reads the newest entry again only if somebody else may have written. */
export type Writer = {
  /** The newest entry that it knows of. */
  head(): Head
  /** Reads the newest entry again. */
  look(): Promise<Head>
  /** As `Ledger.append`: the write itself shows whether the entry that was known is still the newest. */
  append(decide: Decide): Promise<Entry | undefined>
}

/** What a ledger needs of its environment. */
export type LedgerPlace = {
  readonly settings: AwsSettings
  readonly environment: Pick<Environment, 'ledger'>
  /** The repository on GitHub, if it is known. */
  readonly repository: string | undefined
  readonly clock: Clock
}

/** Maximum number of ledgers that are read or written at once. */
export const ledgersAtOnce = 8

/** Connects to the ledgers of an environment. */
export async function connectLedger({
  settings,
  environment,
  repository,
  clock,
}: LedgerPlace): Promise<Ledger> {
  const { bucket } = environment.ledger
  const s3 = explained(await connectS3(settings, bucket, clock), settings.section)
  const at: Open = { s3, repository, clock }
  return {
    head: target => readHead(at, target),
    read: (target, sequence) => read(at, target, sequence),
    append: async (target, who, decide) => (await append(at, target, who, decide)).entry,
    writer: (target, who) => openWriter(at, target, who),
    links: async target => (await Array.fromAsync(readPages(at, target))).flat(),
    pages: target => readPages(at, target),
    async rewritten(target) {
      const keys = await s3.rewritten(ledgerPrefix(target))
      return keys.flatMap(key => {
        const sequence = sequenceAt(target, key)
        return sequence === undefined
          ? []
          : [{ sequence, fault: 'was changed: its object was written again or deleted' }]
      })
    },
    services: name => s3.folders(`ledger/${name}/`),
  }
}

type Open = { readonly s3: S3; readonly repository: string | undefined; readonly clock: Clock }

/** The same bucket, but a missing one is a ledger that was not set up. */
function explained(s3: S3, section: string): S3 {
  const environment = section.slice('environments.'.length)
  const call =
    <Args extends unknown[], Answer>(act: (...args: Args) => Promise<Answer>) =>
    (...args: Args) =>
      act(...args).catch(error => {
        if (error instanceof UserError && awsFailure(error.origin ?? {}).name === 'NoSuchBucket')
          throw new UserError(ledgerErrors['ledger-missing'], `${environment} has no ledger yet`, {
            cause: `there is no bucket ${s3.bucket}`,
            remedy: `Create it: make bootstrap ENV=${environment}`,
          })
        throw error
      })
  return {
    ...s3,
    first: call(s3.first),
    list: call(s3.list),
    read: call(s3.read),
    putNew: call(s3.putNew),
    folders: call(s3.folders),
    rewritten: call(s3.rewritten),
  }
}

async function readHead({ s3, repository, clock }: Open, target: Target): Promise<Head> {
  const { key, time } = await s3.first(ledgerPrefix(target))
  const readAt = clock.now()
  if (key === undefined)
    return { sequence: 0, entry: undefined, digest: undefined, state: initialState, time, readAt }
  const sequence = sequenceAt(target, key)
  if (sequence === undefined)
    throw new UserError(
      ledgerErrors['ledger-broken'],
      `${key} is not an entry of a ledger (bucket ${s3.bucket})`,
    )
  const text = await readText(s3, target, sequence)
  const entry = parseEntry(text, target, sequence)
  requireOwn(entry, repository, target)
  return { sequence, entry, digest: digestOf(text), state: entry.state, time, readAt }
}

async function readText(s3: S3, target: Target, sequence: number): Promise<string> {
  const key = entryKey(target, sequence)
  const text = await s3.read(key)
  if (text !== undefined) return text
  throw brokenEntry(target, sequence, 'is missing', `there is no ${key} in the bucket ${s3.bucket}`)
}

async function read({ s3 }: Open, target: Target, sequence: number): Promise<ReadEntry> {
  return parseEntry(await readText(s3, target, sequence), target, sequence)
}

function requireOwn({ repository }: ReadEntry, own: string | undefined, target: Target): void {
  if (repository === undefined || own === undefined) return
  if (repository.toLowerCase() === own.toLowerCase()) return
  throw new UserError(
    ledgerErrors['ledger-foreign'],
    `the ledger of ${printTarget(target)} belongs to another repository`,
    { cause: `its newest entry is of ${repository}; this one is ${own}` },
  )
}

// Each of many writers has to win once, which may take a while.
const longestMs = 3 * 60_000
const longestPauseMs = 500

async function openWriter(at: Open, target: Target, who: Who): Promise<Writer> {
  let known = await readHead(at, target)
  // Whoever writes later may change something before: a deploy applies its plan first.
  if (known.entry !== undefined) requireKnown(known.entry)
  return {
    head: () => known,
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

async function append(at: Open, target: Target, who: Who, decide: Decide, known?: Head): Promise<Appended> {
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

async function* readPages({ s3 }: Open, target: Target): AsyncGenerator<Link[]> {
  const keys = await s3.list(ledgerPrefix(target))
  const sequences = keys.flatMap(key => sequenceAt(target, key) ?? []).toSorted((a, b) => a - b)
  for (let from = 0; from < sequences.length; from += entriesInPage) {
    const page = sequences.slice(from, from + entriesInPage)
    const read = await sideBySide(page, readsAtOnce, async sequence => {
      const text = await readText(s3, target, sequence)
      return { sequence, digest: digestOf(text), entry: attempt(() => parseEntry(text, target, sequence)) }
    })
    yield read.map(unwrap)
  }
}

const readsAtOnce = 32
const entriesInPage = 512
