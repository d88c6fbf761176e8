import { recordKey } from '../artifacts/names.ts'
import type { Attempt } from '../base/attempt.ts'
import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
import { printTarget, type Target } from '../names/target.ts'
import { findContradiction, type Pin } from '../pin/pin.ts'
import type { PromotionDecision } from '../promotion/decide.ts'
import type { ReleaseRecord } from '../release/record.ts'
import { type Yank, yankedAt } from '../release/yank.ts'
import { reconcileErrors } from './errors.ts'

/** Something that an event missed; without an error, reconcile can fix it by itself. */
export type Finding = { readonly subject: string; readonly problem: string; readonly error?: UserError }

const missing = {
  all: 'a tag without a release record',
  record: 'an artifact with a release name and no record',
  artifact: 'a record whose artifact is gone',
} as const

/** The finding about a tag, from the decision about its promotion; undefined if everything is in place. */
export function findInDecision(tag: ReleaseTag, decision: PromotionDecision): Finding | undefined {
  if (decision.step === 'already done') return undefined
  const subject = printTag(tag)
  if (decision.step === 'create') return { subject, problem: missing[decision.write] }
  return { subject, problem: decision.error.message, error: decision.error }
}

/** What is stored under the names of releases. */
export type StoredReleases = {
  /** The keys in S3 below `releases/`. */
  readonly keys: readonly string[]
  /** The tags of each image repository. */
  readonly images: ReadonlyMap<string, readonly string[]>
}

/** Finds artifacts and records with the name of a release that has no tag on the remote. */
export function findUntagged(stored: StoredReleases, isTag: (name: string) => boolean): Finding[] {
  const keys = stored.keys.map(key => [key, namedBy(key)] as const)
  const images = [...stored.images].flatMap(([repository, tags]) =>
    tags.map(tag => [`${repository}:${tag}`, [tag]] as const),
  )
  return [...keys, ...images].flatMap(([subject, names]) => {
    const [name] = names.filter(one => parseTag(one) !== undefined)
    if (name === undefined || names.some(isTag)) return []
    const problem = `the remote has no tag ${name}`
    return [{ subject, problem, error: untagged(subject, name) }]
  })
}

// The key of an old yank marker may also be that of a record.
function namedBy(key: string): string[] {
  const yanked = yankedAt(key)
  const own = /^releases\/([^/]+)\.(?:json|zip)$/.exec(key)?.[1]
  return [...(yanked === undefined ? [] : [printTag(yanked)]), ...(own === undefined ? [] : [own])]
}

function untagged(subject: string, name: string): UserError {
  const isRecord = subject === recordKey(parseTag(name) as ReleaseTag)
  return new UserError(
    reconcileErrors['reconcile-orphan'],
    `${subject} belongs to a release whose tag is not on the remote`,
    {
      remedy: isRecord
        ? `Restore the tag: the record names its object (git push origin <tagObject>:refs/tags/${name}, from a clone that has it).`
        : `Find out who removed the tag ${name}; without it nothing uses the artifact.`,
    },
  )
}

/** The finding about a target and its ledger; without a remedy, reconcile can fix it by itself. */
export function findInLedger(target: Target, problem: string, remedy?: string): Finding {
  const found = { subject: printTarget(target), problem }
  return remedy === undefined ? found : { ...found, error: ledgerError(target, problem, remedy) }
}

/** The error for a target whose ledger only a person can bring in order. */
export function ledgerError(target: Target, problem: string, remedy: string): UserError {
  return new UserError(reconcileErrors['reconcile-ledger'], `${printTarget(target)}: ${problem}`, { remedy })
}

/** A pin on the remote's main branch, and the release that it names. */
export type PinSeen = {
  readonly path: string
  readonly pin: Attempt<Pin>
  readonly record: Attempt<ReleaseRecord | undefined>
  readonly yank: Attempt<Yank | undefined>
  /** Why the environment does not accept the release. */
  readonly refused: UserError | undefined
}

/** The finding about a file among the pins that no environment uses. */
export function findStrayPin(path: string, why: string): Finding {
  const error = new UserError(reconcileErrors['reconcile-stray-pin'], `nothing uses ${path}: ${why}`)
  return { subject: path, problem: why, error }
}

/** The finding about a pin; undefined if it agrees with the record of its release. */
export function findInPin({ path, pin, record, yank, refused }: PinSeen): Finding | undefined {
  const finding = (problem: string, remedy: string): Finding => ({
    subject: path,
    problem,
    error: new UserError(reconcileErrors['reconcile-pin'], `${path}: ${problem}`, { remedy }),
  })
  if ('error' in pin) return finding('cannot be read', pin.error.remedy)
  // That the store did not answer says nothing about the pin, and has an exit code of its own.
  const unusable = (error: UserError) =>
    error.ending === 'cloud'
      ? { subject: path, problem: error.message, error }
      : finding(error.message, error.remedy)
  if ('error' in record) return unusable(record.error)
  if ('error' in yank) return unusable(yank.error)
  const { tag } = pin.value
  const found = record.value
  if (found === undefined) {
    return finding(`${tag} has no release record`, `make promote TAG=${tag}, or pin another release.`)
  }
  const contradiction = findContradiction(found, pin.value)
  if (contradiction !== undefined)
    return finding(`has ${contradiction}`, `make pin TAG=${tag}, with ENV, writes the pin again.`)
  if (yank.value !== undefined)
    return finding(`${tag} was yanked: ${plain(yank.value.reason, 400)}`, 'Pin another release.')
  return refused && finding(refused.message, refused.remedy)
}
