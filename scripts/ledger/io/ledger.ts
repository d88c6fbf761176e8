import { type AwsSettings, awsFailure } from '../../aws/io/calls.ts'
import { connectS3, type S3 } from '../../aws/io/s3.ts'
import type { Clock } from '../../base/clock.ts'
import { UserError } from '../../base/user-error.ts'
import type { Environment } from '../../catalogue/environments.ts'
import type { Target } from '../../names/target.ts'
import type { ChainFault, Link } from '../chain.ts'
import { type Entry, ledgerPrefix, type ReadEntry, sequenceAt, type Who } from '../entry.ts'
import { ledgerErrors } from '../errors.ts'
import { hintKey } from '../hint.ts'
import { type Glance, glance, type Head, type Open, read, readHead, readPages } from './read-entries.ts'
import { append, type Decide, openWriter, type Writer } from './write-entries.ts'

/** The ledgers of an environment. */
export type Ledger = {
  /** The newest entry of a target's ledger. */
  head(target: Target): Promise<Head>
  /** Where the newest entry is, and the hint that was left beside it: what one call tells. */
  glance(target: Target): Promise<Glance>
  /** Leaves a hint beside an entry, for whoever has no time to read the entry. */
  leaveHint(target: Target, sequence: number, hint: string): Promise<void>
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
    glance: target => glance(at, target),
    async leaveHint(target, sequence, hint) {
      const key = hintKey(target, sequence, hint)
      const details = { type: 'text/plain', tags: {} }
      if (key !== undefined) await s3.putNew(key, new Uint8Array(), details)
    },
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
