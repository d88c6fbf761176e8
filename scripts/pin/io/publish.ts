import { backoff } from '../../base/io/clock.ts'
import { UserError } from '../../base/user-error.ts'
import { readAt } from '../../git/io/files.ts'
import type { Git, GitFailure } from '../../git/io/git.ts'
import { isAncestor } from '../../git/io/history.ts'
import { explainPush, pushCommit } from '../../git/io/push.ts'
import { explainRemote, fetchHead, type RemoteRefs, remoteName, remoteRefs } from '../../git/io/remote.ts'
import { commitFile } from '../../git/io/write.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import { requireNotYanked } from '../../release/io/records.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { Workspace } from '../../workspace/io/workspace.ts'
import { pinErrors } from '../errors.ts'
import { decidePin, type Pin, parsePin, printPin } from '../pin.ts'

/** A pin that is to stand on a branch of the remote. */
export type WantedPin = {
  readonly environment: string
  readonly record: ReleaseRecord
  readonly pin: Pin
  readonly path: string
  readonly branch: string
  readonly allowOlder: boolean
  /** The tag that has to be pinned still; any when it is left out. */
  readonly present?: string | undefined
  readonly dryRun: boolean
  readonly report: { progress(text: string): void }
}

/** How it ended: `from` is the tag that was pinned before. */
export type PinResult = {
  readonly result: 'created' | 'already done' | 'would be created'
  readonly from?: string
  readonly commit?: CommitSha
}

// With twenty pushes at once one lands each round, so the last may need some more than twenty.
const mostAttempts = 60
const longestPauseMs = 1500
// Another push holds the branch right now: its new head may not be visible yet.
const lockedMeanwhile = /cannot lock ref|failed to update ref|unable to create .*\.lock|incorrect old value/i

/**
 * Commits a pin on top of the remote branch and pushes it. When the branch has moved, it decides again from the
 * new head, after a random pause. Work tree, index and branches of this clone are left alone.
 */
export async function publishPin({ git, clock, stores }: Workspace, wanted: WantedPin): Promise<PinResult> {
  for (let attempt = 0; ; attempt++) {
    const refs = await remoteRefs(git)
    verifyTagObject(refs, wanted.record)
    const head = await fetchHead(git, refs, wanted.branch)
    const next = await nextCommit(git, head, wanted)
    if ('result' in next) return next
    const push = await pushCommit(git, next.commit, wanted.branch)
    if ('value' in push) return { result: 'created', ...next }
    const now = await headAfterFailure(git, wanted.branch, push.error)
    if (now === next.commit || (now !== head && (await landed(git, next.commit, now))))
      return { result: 'created', ...next }
    const moved = now !== head || lockedMeanwhile.test(push.error.said)
    if (!moved || attempt === mostAttempts) throw rejected(wanted.branch, push.error)
    wanted.report.progress(`${wanted.branch} has moved, trying again (${attempt + 1})`)
    await clock.sleep(backoff(clock, attempt, longestPauseMs))
    // Where many push at once, a minute may have gone by.
    await requireNotYanked(stores, wanted.record.tag)
  }
}

/** Throws unless the remote's tag is the object that was released. */
export function verifyTagObject(refs: RemoteRefs, record: ReleaseRecord): void {
  const name = printTag(record.tag)
  const there = refs.tags.get(name)
  if (there?.object === record.tagObject) return
  throw new UserError(
    pinErrors['pin-tag-changed'],
    `the tag ${name} on the remote ${remoteName} is not the one that was released`,
    {
      cause: `the release record says ${record.tagObject}, the remote has ${there?.object ?? 'no such tag'}`,
      remedy: `Put it back: git push ${remoteName} ${record.tagObject}:refs/tags/${name} from a clone that still has it.`,
    },
  )
}

type NextCommit = { commit: CommitSha; from?: string }

/** The commit that says so on top of a head, or why there is none. */
export async function nextCommit(
  git: Git,
  head: CommitSha,
  wanted: WantedPin,
): Promise<NextCommit | PinResult> {
  const text = await readAt(git, head, wanted.path)
  const current = text === undefined ? undefined : parsePin(text, wanted.path)
  const decision = decidePin(current, wanted.pin, wanted.allowOlder)
  if (decision.step === 'already done') return { result: 'already done' }
  if (wanted.present !== undefined && current?.tag !== wanted.present) throw changed(wanted, current?.tag)
  if (decision.step === 'conflict') throw older(wanted, printTag(decision.pinned))
  const from = decision.from === undefined ? {} : { from: printTag(decision.from) }
  if (wanted.dryRun) return { result: 'would be created', ...from }
  const change = {
    parent: head,
    path: wanted.path,
    text: printPin(wanted.pin),
    message: message(wanted, from.from),
  }
  return { commit: await commitFile(git, change), ...from }
}

function message({ environment, record, pin }: WantedPin, from: string | undefined): string {
  const content = 'digest' in pin ? pin.digest : `sha256 ${pin.sha256}`
  return `Pin ${printTag(record.tag)} in ${environment}\n\nBefore: ${from ?? 'nothing'}\nCommit: ${record.commit}\nArtifact: ${content}\n`
}

function older({ environment, record }: WantedPin, pinned: string): UserError {
  return new UserError(
    pinErrors['pin-older'],
    `${environment} is pinned to ${pinned}, which is newer than ${printTag(record.tag)}`,
    {
      remedy: 'ALLOW_OLDER=1 pins the older one all the same.',
    },
  )
}

function changed({ environment, record, present }: WantedPin, pinned = 'nothing'): UserError {
  return new UserError(
    pinErrors['pin-changed'],
    `${environment} is pinned to ${pinned} by now, and ${printTag(record.tag)} is what was before ${present}`,
    { remedy: 'Look at what was pinned meanwhile, then run this again.' },
  )
}

async function headAfterFailure(
  git: Git,
  branch: string,
  failure: GitFailure,
): Promise<CommitSha | undefined> {
  const refs = await remoteRefs(git).catch(() => {
    throw explainRemote(failure, `did not answer after the push to ${branch}`)
  })
  return refs.branches.get(branch)
}

async function landed(git: Git, commit: CommitSha, head: CommitSha | undefined): Promise<boolean> {
  if (head === undefined) return false
  return await isAncestor(git, commit, head).catch(() => false)
}

function rejected(branch: string, failure: GitFailure): unknown {
  return explainPush(failure, `the pin on ${branch}`, {
    code: pinErrors['pin-rejected'],
    remedy: `Whoever pins needs permission to push to ${branch} (a bypass of its protection for the pinning app).`,
  })
}
