import { backoff } from '../../base/clock.ts'
import type { Result } from '../../base/decision.ts'
import { UserError } from '../../base/user-error.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { remoteName } from '../../git/io/explain-remote.ts'
import type { Git } from '../../git/io/git.ts'
import { isAncestor } from '../../git/io/history.ts'
import { explainPush, lookAfterPush, type Push, pushCommit } from '../../git/io/push.ts'
import { fetchBranch, fetchHead, type RemoteRefs, remoteRefs } from '../../git/io/remote.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import { requireNotYanked } from '../../release/io/records.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { PinSet } from '../decide.ts'
import { pinErrors } from '../errors.ts'
import { commitPins, decideAt, type PinnedRelease, resultsOf, toCreate } from './commit-pin.ts'

/** How pinning ended, as a whole and for each release. */
export type PinResult = {
  readonly result: Result
  readonly pins: readonly PinnedRelease[]
  readonly commit?: CommitSha
}

// Where many pin at once, one lands in each round, and how long a round takes depends on the machine.
const longestMs = 5 * 60_000
const longestPauseMs = 1500
// Another push holds the branch right now: its new head may not be visible yet.
const lockedMeanwhile = /cannot lock ref|failed to update ref|unable to create .*\.lock|incorrect old value/i

/**
 * Commits pins on top of the remote branch and pushes them, all in one commit. When the branch has moved, it decides again from the
 * new head, after a random pause. The work tree, the index and the branches of this clone stay as they are.
 */
export async function publishPins(
  { git, environments, clock, stores }: Project,
  set: PinSet,
  { dryRun, progress }: { dryRun: boolean; progress: (text: string) => void },
): Promise<PinResult> {
  const branch = mainBranch(environments)
  const began = clock.now()
  for (let attempt = 0; ; attempt++) {
    const refs = await remoteRefs(git)
    for (const { record } of set.pins) verifyTagObject(refs, record)
    const head = await fetchHead(git, refs, branch)
    const decided = await decideAt(git, head, set)
    const created = toCreate(decided)
    const ended = (result: Result) => ({ result, pins: resultsOf(decided, result) })
    if (created.length === 0) return ended('already done')
    if (dryRun) return ended('would be created')
    const commit = await commitPins(git, head, set, created)
    const push = await pushCommit(git, commit, branch)
    const seen = await lookAfterPush({ git, clock }, push, `the push to ${branch}`, ({ branches }) =>
      holds(git, { branch, head: branches.get(branch), before: head }, commit),
    )
    if (seen.landed) return { ...ended('created'), commit }
    const moved = seen.refs.branches.get(branch) !== head || lockedMeanwhile.test(push.failure?.said ?? '')
    if (push.failure === undefined || !moved || clock.now() - began > longestMs)
      throw await rejected(git, branch, push)
    progress(`${branch} has moved, trying again (${attempt + 1})`)
    await clock.sleep(backoff(clock, attempt, longestPauseMs))
    // With many pushes at once, a minute may have gone by.
    await Promise.all(set.pins.map(({ record }) => requireNotYanked(stores, record.tag)))
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
