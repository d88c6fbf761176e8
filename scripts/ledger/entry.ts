import { z } from 'zod'
import { attempt } from '../base/attempt.ts'
import { badJson, type JsonSource, parseJson, readJson } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { isCommitSha } from '../names/commit.ts'
import { isDigest } from '../names/digest.ts'
import { parseTag } from '../names/release-tag.ts'
import { printTarget, type Target } from '../names/target.ts'
import { ledgerErrors } from './errors.ts'
import { rolloutPart } from './rollout-part.ts'
import { stateSchema } from './state.ts'

/** The newest schema of entries that this Waybill knows. */
export const schemaVersion = 1

const digest = z.string().refine(isDigest, 'must be sha256: and 64 hexadecimal digits')
const tag = z.string().refine(text => parseTag(text) !== undefined, 'must be a tag such as service-a-v1.1.0')
const sequence = z.int().min(1)
const reason = z.string().min(1)

const deployment = z.strictObject({
  tag,
  digest,
  /** The SHA-256 of the settings that it was deployed with. */
  settings: digest,
  /** The head of the release branch, which the settings come from. */
  commit: z.string().refine(isCommitSha, 'must be a commit of 40 hexadecimal digits'),
  /** The stack's output `applied`, so that going back needs no Terraform. */
  applied: z.looseObject({ kind: z.string(), tag: z.string(), revision: z.string() }),
})

/** A release with the settings it was deployed with, and the revision that resulted. */
export type Deployment = z.output<typeof deployment>

const event = z.discriminatedUnion('type', [
  /**
   * Traffic is about to be sent to a deployment. `plan` is the SHA-256 of the approved plan, and `rollout` is what somebody
   * else needs to continue it.
   */
  z.strictObject({
    type: z.literal('started'),
    deployment,
    plan: digest.optional(),
    rollout: rolloutPart.optional(),
  }),
  /** A share of the traffic, in percent, is about to be sent to what the entry `started` names: a phase begins, counted from 1. */
  z.strictObject({
    type: z.literal('shifted'),
    started: sequence,
    phase: z.int().min(1),
    share: z.number().gt(0).max(100),
    /** When it goes back if nobody has continued it by then. */
    deadline: z.iso.datetime(),
  }),
  /** All traffic goes to what the entry `started` names. */
  z.strictObject({ type: z.literal('completed'), started: sequence }),
  /**
   * AWS itself, or the rollout, sent the traffic back. It `holds` the service where a rollout judged its release: the next
   * automatic deploy would only try the same again.
   */
  z.strictObject({
    type: z.literal('rolled-back'),
    started: sequence,
    to: z.string(),
    reason,
    holds: z.literal(true).optional(),
  }),
  /** The deployment has all traffic and passed every check. */
  z.strictObject({ type: z.literal('verified'), started: sequence, deployment }),
  /** A person sent the traffic back to `deployment`; `of` is the verified entry of it, if that is known. */
  z.strictObject({
    type: z.literal('rollback'),
    deployment,
    of: sequence.optional(),
    from: z.strictObject({ tag: tag.optional(), revision: z.string() }),
    reason,
  }),
  /** The pin and the stack agree with the rollback `of` this sequence. */
  z.strictObject({ type: z.literal('rollback-completed'), of: sequence }),
  /** No automatic deploy until `resumed`. */
  z.strictObject({ type: z.literal('held'), reason }),
  z.strictObject({ type: z.literal('resumed'), reason }),
  /** Something that happened without an entry was found out later. */
  z.strictObject({ type: z.literal('repaired'), deployment, reason }),
  /** The service was taken down in the environment. `tag` and `revision` are what was applied last, if that is known. */
  z.strictObject({
    type: z.literal('destroyed'),
    tag: tag.optional(),
    revision: z.string().optional(),
    reason: reason.optional(),
  }),
])

/** What happened. */
export type LedgerEvent = z.output<typeof event>

const who = z.strictObject({
  /** As STS knows them. */
  arn: z.string(),
  /** Who started the job, its address, and its commit, in CI. */
  actor: z.string().optional(),
  run: z.string().optional(),
  commit: z.string().optional(),
})

/** Who did it. */
export type Who = z.output<typeof who>

const base = {
  schema: z.literal(schemaVersion),
  sequence,
  /** The SHA-256 of the bytes of the entry before; null in the first one. */
  previous: digest.nullable(),
  /** Names the event, so that a retry is not taken for another one. */
  id: z.uuid(),
  /** The time of AWS. */
  time: z.iso.datetime(),
  who,
  /** The repository on GitHub, where environments.json names it. */
  repository: z.string().optional(),
  service: z.string(),
  environment: z.string(),
  event,
  /** What is true after this entry, so that the newest one is enough to decide. */
  state: stateSchema,
}
const entrySchema = z.strictObject(base)
// What a newer Waybill writes is read as far as this one knows it.
const newerSchema = z.looseObject({
  ...base,
  schema: z.int().min(schemaVersion + 1),
  who: z.looseObject(who.shape),
  event: z.looseObject({ type: z.string() }),
  state: z.looseObject(stateSchema.shape),
})

/** An entry of a ledger. */
export type Entry = z.output<typeof entrySchema>

/** An entry as read: one of a newer Waybill has parts that this one does not know. */
export type ReadEntry = Entry | z.output<typeof newerSchema>

/** The entry's event if this Waybill knows it. */
export function eventOf(entry: ReadEntry): LedgerEvent | undefined {
  return isKnown(entry) ? entry.event : event.safeParse(entry.event).data
}

/** Whether this Waybill knows all of an entry. */
export function isKnown(entry: ReadEntry): entry is Entry {
  return entry.schema === schemaVersion
}

/** The entry as it is stored. */
export function printEntry(entry: Entry): string {
  return `${JSON.stringify(entry, null, 2)}\n`
}

/** Parses the entry at a place in a target's ledger; throws if it is damaged or belongs elsewhere. */
export function parseEntry(text: string, target: Target, at: number): ReadEntry {
  const parsed = attempt(() => parseAt(text, target, at))
  if ('value' in parsed) return parsed.value
  const { message, cause } = parsed.error
  // The cause of a fault in a file may be several lines; a list of entries has one for each.
  throw brokenEntry(target, at, 'cannot be used', plain([message, cause].filter(Boolean).join(': '), 500))
}

function parseAt(text: string, target: Target, at: number): ReadEntry {
  const source: JsonSource = { name: entryKey(target, at), remedy: '' }
  const version = z.object({ schema: z.int() }).safeParse(readJson(text, source)).data?.schema
  const isNewer = version !== undefined && version > schemaVersion
  const entry: ReadEntry = parseJson(text, isNewer ? newerSchema : entrySchema, source)
  const wanted = { sequence: at, service: target.service, environment: target.environment }
  const faults = Object.entries(wanted).flatMap(([name, value]) =>
    entry[name as keyof typeof wanted] === value
      ? []
      : [`${name}: is ${entry[name as keyof typeof wanted]}, not ${value}`],
  )
  if (faults.length > 0) throw badJson(source, faults)
  return entry
}

/** The error for an entry that is missing or damaged. */
export function brokenEntry(target: Target, at: number, fault: string, cause: string): UserError {
  return new UserError(
    ledgerErrors['ledger-broken'],
    `entry ${at} of the ledger of ${printTarget(target)} ${fault}`,
    {
      cause,
      remedy: `make history ENV=${target.environment} SERVICE=${target.service} checks all entries and says how to see what was there before.`,
    },
  )
}

/** Throws unless this Waybill knows all of the newest entry, and so all that is true now. */
export function requireKnown(entry: ReadEntry): asserts entry is Entry {
  if (isKnown(entry)) return
  throw new UserError(
    ledgerErrors['ledger-newer'],
    `a newer Waybill wrote entry ${entry.sequence} of the ledger of ${entry.service} in ${entry.environment}`,
  )
}

// Ten digits: one entry a second would fill three centuries.
const digits = 10
const last = 10 ** digits - 1

/** The folder of a target's entries in the ledger's bucket. */
export function ledgerPrefix({ environment, service }: Target): string {
  return `ledger/${environment}/${service}/`
}

/** A pattern for the keys of all entries of an environment. */
export function ledgerKeys(environment: string): string {
  return `ledger/${environment}/*`
}

/** The key of an entry. Keys sort newest first, so the first key of the folder is the newest entry's. */
export function entryKey(target: Target, at: number): string {
  return `${ledgerPrefix(target)}${String(last - at).padStart(digits, '0')}.json`
}

/** The sequence of the entry at a key; undefined if it is no entry's. */
export function sequenceAt(target: Target, key: string): number | undefined {
  const prefix = ledgerPrefix(target)
  const found = key.startsWith(prefix) ? /^([0-9]{10})\.json$/.exec(key.slice(prefix.length)) : null
  const at = last - Number(found?.[1] ?? last)
  return at >= 1 ? at : undefined
}
