import { createHash } from 'node:crypto'
import type { Result } from '../../base/decision.ts'
import { firstFew, quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { remoteName } from '../../git/io/explain-remote.ts'
import { pathsBetween, readAt, treeAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { commitsChanging, isAncestor, mergeBase } from '../../git/io/history.ts'
import { explainPush, lookAfterPush, pushCommit } from '../../git/io/push.ts'
import { fetchBranch, fetchHead, type RemoteRefs, remoteAddress, remoteRefs } from '../../git/io/remote.ts'
import { treeWith } from '../../git/io/write.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import type { PinSet } from '../decide.ts'
import { pinErrors } from '../errors.ts'
import { commitPins, type DecidedPin, decideAt, pinFiles, resultsOf, toCreate } from './commit-pin.ts'
import { type PinResult, verifyTagObject } from './publish.ts'

/** Pins that wait on a branch of its own; `address` opens a pull request for it. */
export type Proposal = { readonly branch: string; readonly address?: string }

/** How proposing ended; there is no proposal when the release is pinned already. */
export type ProposalResult = PinResult & { readonly proposal?: Proposal }

/**
 * Commits pins on top of the remote branch and pushes them to a branch of their own, for a pull request. That branch is
 * never overwritten: it is refused when it says something else, or when a pin has changed since it began.
 */
export async function proposePins(
  { git, environments, clock }: Project,
  set: PinSet,
  { dryRun }: { dryRun: boolean },
): Promise<ProposalResult> {
  const main = mainBranch(environments)
  const refs = await remoteRefs(git)
  for (const { record } of set.pins) verifyTagObject(refs, record)
  const head = await fetchHead(git, refs, main)
  const decided = await decideAt(git, head, set)
  const created = toCreate(decided)
  const ended = (result: Result) => ({ result, pins: resultsOf(decided, result) })
  if (created.length === 0) return ended('already done')
  const place = { main, head, set, created }
  const { branch, tip } = await chooseBranch(git, refs, place)
  refuseBranchInTheWay(refs, branch)
  const proposal = { branch, ...(await compareAddress(git, main, branch)) }
  if (dryRun) return { ...ended('would be created'), proposal }
  if (tip !== undefined && (await isProposed(git, { branch, tip }, place)))
    return { ...ended('already done'), commit: tip, proposal }
  const commit = await commitPins(git, head, set, created)
  const push = await pushCommit(git, commit, branch)
  const seen = await lookAfterPush(
    { git, clock },
    push,
    `the push of ${branch}`,
    ({ branches }) => branches.get(branch) === commit,
  )
  if (seen.landed) return { ...ended('created'), commit, proposal }
  // Another run may have proposed the same at the same moment.
  const now = seen.refs.branches.get(branch)
  if (now !== undefined && (await isProposed(git, { branch, tip: now }, place)))
    return { ...ended('already done'), commit: now, proposal }
  throw await explainPush(git, push, `the branch ${branch}`, {
    code: pinErrors['pin-rejected'],
    remedy: 'Whoever pins needs permission to push branches named pin/….',
  })
}

// git keeps branches like files, and a file cannot have the name of a folder.
function refuseBranchInTheWay({ branches }: RemoteRefs, wanted: string): void {
  const other = [...branches.keys()].find(one => wanted.startsWith(`${one}/`) || one.startsWith(`${wanted}/`))
  if (other === undefined) return
  throw new UserError(
    pinErrors['pin-proposal-conflict'],
    `the branch ${other} on the remote ${remoteName} is in the way of ${wanted}`,
    {
      cause: 'git keeps branches like files, and a file cannot have the name of a folder',
      remedy: `Rename it, or delete it if nobody needs it any more: git push ${remoteName} --delete ${other}`,
    },
  )
}

/** What is to be proposed, and the branch (with its head) that it is for. */
type Place = {
  readonly main: string
  readonly head: CommitSha
  readonly set: PinSet
  /** The pins that are not on the branch yet. */
  readonly created: readonly DecidedPin[]
}

// One release has a branch of its own; a set has one that is named by what it holds.
function branchFor({ set, created }: Place): string {
  const [first] = created
  const environment = first?.wanted.environment
  if (first !== undefined && set.pins.length === 1)
    return `pin/${environment}/${printTag(first.wanted.record.tag)}`
  const text = filesOf(created)
    .map(({ path, text }) => `${path}\n${text}`)
    .join('')
  return `pin/${environment}/set-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

/** A branch for a pull request, and its head on the remote. */
type ProposedBranch = { readonly branch: string; readonly tip: CommitSha }

/** The branch of a proposal. One that was squashed into the pins is left alone: nothing can be added to it. */
async function chooseBranch(
  git: Git,
  refs: RemoteRefs,
  place: Place,
): Promise<{ branch: string; tip: CommitSha | undefined }> {
  const usual = branchFor(place)
  const tip = refs.branches.get(usual)
  if (tip === undefined || !(await wasSquashed(git, { branch: usual, tip }, place)))
    return { branch: usual, tip }
  const another = `${usual}-${short(place.head)}`
  return { branch: another, tip: refs.branches.get(another) }
}

/** Tells whether main has said what a branch says since it began, without having its commit. */
async function wasSquashed(
  git: Git,
  { branch, tip }: ProposedBranch,
  { head, created }: Place,
): Promise<boolean> {
  await fetchBranch(git, branch, tip)
  if (await isAncestor(git, tip, head)) return false
  const said = await Promise.all(
    filesOf(created).map(async ({ path }) => {
      const commits = await commitsChanging(git, `${tip}..${head}`, path)
      const [says, ...texts] = await Promise.all([tip, ...commits].map(commit => readAt(git, commit, path)))
      return texts.includes(says)
    }),
  )
  return said.every(Boolean)
}

function filesOf(created: readonly DecidedPin[]) {
  return pinFiles(created.map(({ wanted }) => wanted))
}

async function isProposed(
  git: Git,
  { branch, tip }: ProposedBranch,
  { main, head, created }: Place,
): Promise<boolean> {
  const files = filesOf(created)
  const paths = files.map(({ path }) => path)
  await fetchBranch(git, branch, tip)
  // It was merged, and the pin has changed since: a new proposal starts from the pin of today.
  if (await isAncestor(git, tip, head)) return false
  const base = await mergeBase(git, tip, head)
  const [before, now] = await Promise.all(
    [base, head].map(commit => Promise.all(paths.map(path => readAt(git, commit, path)))),
  )
  const changed = paths.filter((_, index) => before?.[index] !== now?.[index])
  // The whole tree, since all of it would be merged.
  const isSame = (await treeAt(git, tip)) === (await treeWith(git, { parent: base, files }))
  if (isSame && changed.length === 0) return true
  const others = (await pathsBetween(git, base, tip)).filter(one => !paths.includes(one))
  throw new UserError(
    pinErrors['pin-proposal-conflict'],
    `the branch ${branch} on the remote ${remoteName} holds another proposal`,
    {
      cause: isSame
        ? `${firstFew(changed)} has changed on ${main} since it was made`
        : others.length > 0
          ? `it also changes ${firstFew(others.map(quote))}`
          : `its ${firstFew(paths)} does not say ${firstFew(created.map(({ wanted }) => printTag(wanted.record.tag)))}`,
      remedy: `If nobody needs it any more: git push ${remoteName} --delete ${branch}, then run this again.`,
    },
  )
}

async function compareAddress(git: Git, base: string, branch: string): Promise<{ address?: string }> {
  const address = await remoteAddress(git)
  return address === undefined ? {} : { address: `${address}/compare/${base}...${branch}?expand=1` }
}
