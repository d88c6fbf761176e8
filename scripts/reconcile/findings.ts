import { recordKey } from '../artifacts/names.ts'
import { UserError } from '../base/user-error.ts'
import { digestFromHex } from '../names/digest.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { Pin } from '../pin/pin.ts'
import type { PromotionDecision } from '../promotion/decide.ts'
import { type ReleaseRecord, recordDigest } from '../release/record.ts'
import type { Yank } from '../release/yank.ts'
import { reconcileErrors } from './errors.ts'

/** Something that an event missed: what it is, and whether it can be mended without a person. */
export type Finding = { readonly subject: string; readonly problem: string; readonly error?: UserError }

const missing = {
  all: 'a tag without a release record',
  record: 'an artifact with a release name and no record',
  artifact: 'a record whose artifact is gone',
} as const

/** What a decision about a tag says of it; nothing when all is as it should be. */
export function findInDecision(tag: ReleaseTag, decision: PromotionDecision): Finding | undefined {
  if (decision.step === 'already done') return undefined
  const subject = printTag(tag)
  if (decision.step === 'create') return { subject, problem: missing[decision.write] }
  return { subject, problem: decision.error.message, error: decision.error }
}

/** What was stored for releases: the tags of their names, by the kind of thing that carries them. */
export type StoredReleases = {
  /** The keys below `releases/`. */
  readonly keys: readonly string[]
  /** The tags of each image repository. */
  readonly images: ReadonlyMap<string, readonly string[]>
}

/** Artifacts and records with a release's name that no tag of the remote stands for. */
export function findOrphans(stored: StoredReleases, isTag: (name: string) => boolean): Finding[] {
  const keys = stored.keys.map(
    key => [key, /^releases\/(.+?)(?:\.yanked)?\.(?:json|zip)$/.exec(key)?.[1]] as const,
  )
  const images = [...stored.images].flatMap(([repository, tags]) =>
    tags.map(tag => [`${repository}:${tag}`, tag] as const),
  )
  return [...keys, ...images].flatMap(([subject, name]) => {
    if (name === undefined || parseTag(name) === undefined || isTag(name)) return []
    const problem = `the remote has no tag ${name}`
    return [{ subject, problem, error: orphan(subject, name) }]
  })
}

function orphan(subject: string, name: string): UserError {
  const isRecord = subject === recordKey(parseTag(name) as ReleaseTag)
  return new UserError(
    reconcileErrors['reconcile-orphan'],
    `${subject} stands for a release whose tag is not on the remote`,
    {
      remedy: isRecord
        ? `Put the tag back: the record names its object (git push origin <tagObject>:refs/tags/${name} from a clone that has it).`
        : `Find out where the tag ${name} went; nothing refers to the artifact without it.`,
    },
  )
}

/** A pin of the remote's main branch with what it names. */
export type PinSeen = {
  readonly path: string
  readonly pin: Pin | UserError
  readonly record: ReleaseRecord | UserError | undefined
  readonly yank: Yank | undefined
}

/** What is wrong with a pin; nothing when it names a release as its record has it. */
export function findInPin({ path, pin, record, yank }: PinSeen): Finding | undefined {
  const finding = (problem: string, remedy: string): Finding => ({
    subject: path,
    problem,
    error: new UserError(reconcileErrors['reconcile-pin'], `${path}: ${problem}`, { remedy }),
  })
  if (pin instanceof UserError) return finding('cannot be read', pin.remedy ?? '')
  if (record === undefined)
    return finding(`${pin.tag} has no release record`, `make promote TAG=${pin.tag}, or pin another release.`)
  if (record instanceof UserError) return finding(record.message, record.remedy ?? '')
  const digest = 'digest' in pin ? pin.digest : digestFromHex(pin.sha256)
  if (digest !== recordDigest(record) || pin.commit !== record.commit) {
    const says = `says ${pin.commit} ${digest}, and the record of ${pin.tag} ${record.commit} ${recordDigest(record)}`
    return finding(says, `make pin TAG=${pin.tag} with its ENV writes it anew.`)
  }
  if (yank !== undefined) return finding(`${pin.tag} was yanked: ${yank.reason}`, 'Pin another release.')
  return undefined
}
