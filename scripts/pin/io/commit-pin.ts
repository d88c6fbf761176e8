import { printContent } from '../../artifacts/types.ts'
import { errorsOf, valuesOf } from '../../base/attempt.ts'
import { isRefused, type Result } from '../../base/decision.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { count } from '../../base/printable.ts'
import { readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { commitFiles } from '../../git/io/write.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { decidePin, type PinSet, type WantedPin } from '../decide.ts'
import { makePin, parsePin, pinPath, printPin } from '../pin.ts'

/** The path of the file that holds a wanted pin. */
function wantedPath({ environment, record }: WantedPin): string {
  return pinPath(environment, record.tag.service)
}

/** The files of some pins. */
export function pinFiles(pins: readonly WantedPin[]): { path: string; text: string }[] {
  return pins.map(wanted => ({ path: wantedPath(wanted), text: printPin(makePin(wanted.record)) }))
}

/** What is to be done about one pin of several; `from` is the release that it takes the place of. */
export type DecidedPin = {
  readonly wanted: WantedPin
  readonly step: 'create' | 'already done'
  readonly from?: ReleaseTag | undefined
}

/** Decides about each pin from the head of the branch; refusals are thrown together. */
export async function decideAt(git: Git, head: CommitSha, { pins }: PinSet): Promise<DecidedPin[]> {
  const decided = await Promise.all(
    pins.map(async wanted => {
      const path = wantedPath(wanted)
      const text = await readAt(git, head, path)
      const decision = decidePin(text === undefined ? undefined : parsePin(text, path), wanted)
      return isRefused(decision) ? { error: decision.error } : { value: { wanted, ...decision } }
    }),
  )
  joinErrors(errorsOf(decided))
  return valuesOf(decided)
}

/** The decisions that need a commit. */
export function toCreate(decided: readonly DecidedPin[]): DecidedPin[] {
  return decided.filter(({ step }) => step === 'create')
}

/** How pinning ended for each release; `from` is the tag that was pinned before. */
export type PinnedRelease = { readonly tag: string; readonly result: Result; readonly from?: string }

/** The results of decisions, where those that needed a commit ended as `result`. */
export function resultsOf(decided: readonly DecidedPin[], result: Result): PinnedRelease[] {
  return decided.map(({ wanted, step, from }) => ({
    tag: printTag(wanted.record.tag),
    result: step === 'create' ? result : 'already done',
    ...(from === undefined ? {} : { from: printTag(from) }),
  }))
}

/** Commits pins on top of a head, all in one commit. */
export async function commitPins(
  git: Git,
  head: CommitSha,
  set: PinSet,
  decided: readonly DecidedPin[],
): Promise<CommitSha> {
  const files = pinFiles(decided.map(({ wanted }) => wanted))
  return await commitFiles(git, { parent: head, files, message: commitMessage(set, decided) })
}

function commitMessage({ verifiedIn, unverified }: PinSet, decided: readonly DecidedPin[]): string {
  const notes = [
    ...(verifiedIn === undefined ? [] : [`Verified-in: ${verifiedIn}`]),
    ...(unverified === undefined ? [] : [`Unverified: ${unverified}`]),
  ]
  const [first, ...others] = decided
  const environment = first?.wanted.environment
  if (first !== undefined && others.length === 0) {
    const pin = makePin(first.wanted.record)
    const facts = [`Before: ${tagBefore(first)}`, `Commit: ${pin.commit}`, `Artifact: ${printContent(pin)}`]
    return `Pin ${pin.tag} in ${environment}\n\n${[...facts, ...notes].join('\n')}\n`
  }
  const list = decided.map(one => `- ${printTag(one.wanted.record.tag)} (before: ${tagBefore(one)})`)
  const from = verifiedIn === undefined ? '' : `, as verified in ${verifiedIn}`
  const title = `Pin ${count(decided.length, 'release')} in ${environment}${from}`
  return `${[title, '', ...list, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')}\n`
}

function tagBefore({ from }: DecidedPin): string {
  return from === undefined ? 'nothing' : printTag(from)
}
