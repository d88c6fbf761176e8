import type { S3 } from '../../aws/io/s3.ts'
import { attempt, unwrap } from '../../base/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import type { Digest } from '../../names/digest.ts'
import { printTarget, type Target } from '../../names/target.ts'
import type { Link } from '../chain.ts'
import { brokenEntry, entryKey, ledgerPrefix, parseEntry, type ReadEntry, sequenceAt } from '../entry.ts'
import { ledgerErrors } from '../errors.ts'
import { hintAt } from '../hint.ts'
import { initialState, type State } from '../state.ts'
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

/** The bucket of some ledgers, and what their entries say about whose they are. */
export type Open = { readonly s3: S3; readonly repository: string | undefined; readonly clock: Clock }

/** Where the newest entry of a ledger is, and what was left beside it. */
export type Glance = {
  /** Zero in a ledger without entries. */
  readonly sequence: number
  readonly hint: string | undefined
  /** The time of AWS. */
  readonly time: Date
  /** Reads that entry. */
  head(): Promise<Head>
}

/** Reads the newest entry of a target's ledger, and checks that it is this repository's. */
export async function readHead(at: Open, target: Target): Promise<Head> {
  return await (await glance(at, target)).head()
}

/** Finds the newest entry of a target's ledger, by one call. */
export async function glance(at: Open, target: Target): Promise<Glance> {
  const { s3, clock } = at
  const { key, next, time } = await s3.first(ledgerPrefix(target))
  const seen = { time, readAt: clock.now() }
  if (key === undefined) {
    const none = { sequence: 0, entry: undefined, digest: undefined, state: initialState, ...seen }
    return { sequence: 0, hint: undefined, time, head: async () => none }
  }
  const sequence = sequenceAt(target, key)
  if (sequence === undefined)
    throw new UserError(
      ledgerErrors['ledger-broken'],
      `${key} is not an entry of a ledger (bucket ${s3.bucket})`,
    )
  const hint = next === undefined ? undefined : hintAt(target, sequence, next)
  return { sequence, hint, time, head: async () => ({ ...(await headAt(at, target, sequence)), ...seen }) }
}

async function headAt(
  { s3, repository }: Open,
  target: Target,
  sequence: number,
): Promise<Omit<Head, 'time' | 'readAt'>> {
  const text = await readText(s3, target, sequence)
  const entry = parseEntry(text, target, sequence)
  requireOwn(entry, repository, target)
  return { sequence, entry, digest: digestOf(text), state: entry.state }
}

async function readText(s3: S3, target: Target, sequence: number): Promise<string> {
  const key = entryKey(target, sequence)
  const text = await s3.read(key)
  if (text !== undefined) return text
  throw brokenEntry(target, sequence, 'is missing', `there is no ${key} in the bucket ${s3.bucket}`)
}

/** Reads the entry with a sequence. */
export async function read({ s3 }: Open, target: Target, sequence: number): Promise<ReadEntry> {
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

/** Reads every entry, oldest first, some at a time. */
export async function* readPages({ s3 }: Open, target: Target): AsyncGenerator<Link[]> {
  const keys = await s3.list(ledgerPrefix(target))
  const sequences = keys.flatMap(key => sequenceAt(target, key) ?? []).toSorted((a, b) => a - b)
  const hints = Map.groupBy(keys, entryKeyBefore)
  for (let from = 0; from < sequences.length; from += entriesInPage) {
    const page = sequences.slice(from, from + entriesInPage)
    const read = await sideBySide(page, readsAtOnce, async sequence => {
      const text = await readText(s3, target, sequence)
      const entry = attempt(() => parseEntry(text, target, sequence))
      const beside = hints.get(entryKey(target, sequence)) ?? []
      return {
        sequence,
        digest: digestOf(text),
        entry,
        hints: beside.flatMap(key => hintAt(target, sequence, key) ?? []),
      }
    })
    yield read.map(unwrap)
  }
}

/** The key of the entry that a key may stand beside. */
function entryKeyBefore(key: string): string {
  return key.replace(/(\.json)\..*$/s, '$1')
}

const readsAtOnce = 32
const entriesInPage = 512
