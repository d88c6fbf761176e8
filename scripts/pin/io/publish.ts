import type { Result } from '../../base/decision.ts'
import { backoff } from '../../base/io/clock.ts'
import { UserError } from '../../base/user-error.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import type { Git } from '../../git/io/git.ts'
import { isAncestor } from '../../git/io/history.ts'
import { explainPush, lookAfterPush, type Push, pushCommit } from '../../git/io/push.ts'
import { fetchBranch, fetchHead, type RemoteRefs, remoteName, remoteRefs } from '../../git/io/remote.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import { requireNotYanked } from '../../release/io/records.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { WantedPin } from '../decide.ts'
import { pinErrors } from '../errors.ts'
import { commitPin, decideAt } from './commit-pin.ts'

/** How pinning ended: `from` is the tag that was pinned before. */
export type PinResult = { readonly result: Result; readonly from?: string; readonly commit?: CommitSha }

// Where many pin at once, one lands in each round, and how long a round takes depends on the machine.
const longestMs = 5 * 60_000
const longestPauseMs = 1500
// Another push holds the branch right now: its new head may not be visible yet.
const lockedMeanwhile = /cannot lock ref|failed to update ref|unable to create .*\.lock|incorrect old value/i

/**
 * Commits a pin on top of the remote branch and pushes it. When the branch has moved, it decides again from the
 * new head, after a random pause. The work tree, the index and the branches of this clone stay as they are.
 */
export async function publishPin(
  { git, environments, clock, stores }: Project,
  wanted: WantedPin,
  { dryRun, progress }: { dryRun: boolean; progress: (text: string) => void },
): Promise<PinResult> {
  const branch = mainBranch(environments)
  const began = clock.now()
  for (let attempt = 0; ; attempt++) {
    const refs = await remoteRefs(git)
    verifyTagObject(refs, wanted.record)
    const head = await fetchHead(git, refs, branch)
    const decision = await decideAt(git, head, wanted)
    if (decision.step === 'already done') return { result: 'already done' }
    const from = decision.from && { from: printTag(decision.from) }
    if (dryRun) return { result: 'would be created', ...from }
    const commit = await commitPin(git, head, wanted, decision.from)
    const push = await pushCommit(git, commit, branch)
    const seen = await lookAfterPush({ git, clock }, push, `the push to ${branch}`, ({ branches }) =>
      holds(git, { branch, head: branches.get(branch), before: head }, commit),
    )
    if (seen.landed) return { result: 'created', commit, ...from }
    const moved = seen.refs.branches.get(branch) !== head || lockedMeanwhile.test(push.failure?.said ?? '')
    if (push.failure === undefined || !moved || clock.now() - began > longestMs)
      throw await rejected(git, branch, push)
    progress(`${branch} has moved, trying again (${attempt + 1})`)
    await clock.sleep(backoff(clock, attempt, longestPauseMs))
    // With many pushes at once, a minute may have gone by.
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

type Moved = {
  readonly branch: string
  readonly head: CommitSha | undefined
  readonly before: CommitSha
}

/** Whether a branch of the remote has a commit that was pushed onto the head before; others may have pushed onto it since. */
async function holds(git: Git, { branch, head, before }: Moved, commit: CommitSha): Promise<boolean> {
  if (head === commit) return true
  if (head === undefined || head === before) return false
  await fetchBranch(git, branch, head)
  return await isAncestor(git, commit, head)
}

function rejected(git: Git, branch: string, push: Push): Promise<unknown> {
  return explainPush(git, push, `the pin on ${branch}`, {
    code: pinErrors['pin-rejected'],
    remedy: `Whoever pins needs permission to push to ${branch} (a bypass of its protection for the pinning app).`,
  })
}
