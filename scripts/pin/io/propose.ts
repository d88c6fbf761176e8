import { UserError } from '../../base/user-error.ts'
import { readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { commitsChanging, isAncestor } from '../../git/io/history.ts'
import { explainPush, pushCommit } from '../../git/io/push.ts'
import {
  fetchHead,
  fetchMissing,
  type RemoteRefs,
  remoteAddress,
  remoteName,
  remoteRefs,
} from '../../git/io/remote.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Workspace } from '../../workspace/io/workspace.ts'
import { pinErrors } from '../errors.ts'
import { printPin } from '../pin.ts'
import { nextCommit, type PinResult, verifyTagObject, type WantedPin } from './publish.ts'

/** A pin that waits on a branch of its own: `address` is where a pull request of it is opened. */
export type Proposal = { readonly branch: string; readonly address?: string }

/** How it ended; without a proposal when the branch of the pins says so already. */
export type ProposalResult = PinResult & { readonly proposal?: Proposal }

/**
 * Commits a pin on top of the remote branch and pushes it to a branch of its own, for a pull request. That branch is
 * never overwritten: one that says something else, or that the pins have left behind, is refused.
 */
export async function proposePin({ git }: Workspace, wanted: WantedPin): Promise<ProposalResult> {
  const refs = await remoteRefs(git)
  verifyTagObject(refs, wanted.record)
  const head = await fetchHead(git, refs, wanted.branch)
  const next = await nextCommit(git, head, wanted)
  const { branch, there } = await chooseBranch(git, { refs, head, wanted })
  const proposal = { branch, ...(await compareAddress(git, wanted.branch, branch)) }
  if ('result' in next) return next.result === 'already done' ? next : { ...next, proposal }
  if (there !== undefined && (await isProposed(git, { branch, there, head, wanted })))
    return { result: 'already done', commit: there, proposal }
  const push = await pushCommit(git, next.commit, branch)
  if ('value' in push) return { result: 'created', ...next, proposal }
  // Another run may have proposed the same at the same moment, or the answer to this push was lost.
  const now = (await remoteRefs(git)).branches.get(branch)
  if (now !== undefined && (await isProposed(git, { branch, there: now, head, wanted })))
    return { result: 'already done', commit: now, proposal }
  throw explainPush(push.error, `the branch ${branch}`, {
    code: pinErrors['pin-rejected'],
    remedy: 'Whoever pins needs permission to push branches named pin/….',
  })
}

type Wish = { readonly refs: RemoteRefs; readonly head: CommitSha; readonly wanted: WantedPin }

/** The branch of a proposal, and what is there. One that was squashed into the pins is left alone: it cannot go on. */
async function chooseBranch(
  git: Git,
  { refs, head, wanted }: Wish,
): Promise<{ branch: string; there: CommitSha | undefined }> {
  const usual = `pin/${wanted.environment}/${printTag(wanted.record.tag)}`
  const there = refs.branches.get(usual)
  if (there === undefined || !(await wasSquashed(git, usual, there, head, wanted.path)))
    return { branch: usual, there }
  const another = `${usual}-${short(head)}`
  return { branch: another, there: refs.branches.get(another) }
}

/** Whether the pins have said, since a branch began, what it says, without having its commit. */
async function wasSquashed(
  git: Git,
  branch: string,
  there: CommitSha,
  head: CommitSha,
  path: string,
): Promise<boolean> {
  await fetchMissing(git, new Map([[`refs/heads/${branch}`, there]]))
  if (await isAncestor(git, there, head)) return false
  const commits = await commitsChanging(git, `${there}..${head}`, path)
  const [says, ...texts] = await Promise.all([there, ...commits].map(commit => readAt(git, commit, path)))
  return texts.includes(says)
}

type Proposed = { branch: string; there: CommitSha; head: CommitSha; wanted: WantedPin }

async function isProposed(git: Git, { branch, there, head, wanted }: Proposed): Promise<boolean> {
  await fetchMissing(git, new Map([[`refs/heads/${branch}`, there]]))
  // It was merged, and the pins went on since: a new proposal begins where they are now.
  if (await isAncestor(git, there, head)) return false
  const base = (await git.run(['merge-base', there, head])).trim() as CommitSha
  const [says, before, now] = await Promise.all(
    [there, base, head].map(commit => readAt(git, commit, wanted.path)),
  )
  if (says === printPin(wanted.pin) && before === now) return true
  throw new UserError(
    pinErrors['pin-proposal-conflict'],
    `the branch ${branch} on the remote ${remoteName} is of another proposal`,
    {
      cause:
        says === printPin(wanted.pin)
          ? `${wanted.path} has changed on ${wanted.branch} since it was made`
          : `its ${wanted.path} does not say ${printTag(wanted.record.tag)}`,
      remedy: `When nobody needs it any more: git push ${remoteName} --delete ${branch}, then run this again.`,
    },
  )
}

async function compareAddress(git: Git, base: string, branch: string): Promise<{ address?: string }> {
  const address = await remoteAddress(git)
  return address === undefined ? {} : { address: `${address}/compare/${base}...${branch}?expand=1` }
}
