import { joinErrors } from '../../base/join-errors.ts'
import { count, quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { reconcileAnswer } from '../../cli/answers/reconcile.ts'
import { action, type Invocation } from '../../cli/command.ts'
import { cliErrors } from '../../cli/errors.ts'
import { isAncestor } from '../../git/io/history.ts'
import { fetchHead, type RemoteRefs, remoteRefs } from '../../git/io/remote.ts'
import { resolveCommit } from '../../git/io/revisions.ts'
import { openLedgers } from '../../ledger/io/open.ts'
import type { CommitSha } from '../../names/commit.ts'
import { connectNotices } from '../../notify/io/connect.ts'
import { announced } from '../../notify/io/outbox.ts'
import { openProject, type Project } from '../../project/io/project.ts'
import { promoteAll } from '../../promotion/io/promote.ts'
import { reconcileErrors } from '../../reconcile/errors.ts'
import type { Finding } from '../../reconcile/findings.ts'
import { openRepairs } from '../../reconcile/io/compare.ts'
import { reconcileEnvironment } from '../../reconcile/io/environment.ts'
import { settleAllNotices } from '../../reconcile/io/notices.ts'
import { observeReconcile } from '../../reconcile/io/observe.ts'
import type { ReconcileOptions } from '../../reconcile.ts'

/** `make reconcile`. */
export const reconcile = action({
  answer: reconcileAnswer,
  async run({ ENV, NOTICES, SINCE }: ReconcileOptions, { dryRun, ...invocation }) {
    const { report } = invocation
    const wish = { named: SINCE, onlyNotices: NOTICES, dryRun, progress: report.progress }
    const { findings, agreed } =
      ENV === undefined
        ? await reconcileReleases(invocation, wish)
        : await reconcileLedgers(invocation, { ...wish, name: ENV })
    for (const { subject, problem, error } of findings) {
      const state = error !== undefined ? 'failed' : dryRun ? 'left out' : 'passed'
      report.item(
        state,
        `${subject}: ${problem}${error === undefined ? (dryRun ? ' (fixable)' : ' (fixed)') : ''}`,
      )
    }
    const errors = findings.flatMap(({ error }) => error ?? [])
    const listed = findings.map(({ subject, problem, error }) => ({
      subject,
      problem,
      fixable: error === undefined,
    }))
    const fixable = findings.length - errors.length
    const details = { findings: listed, fixed: dryRun ? 0 : fixable }
    joinErrors(errors, details)
    report.line(
      findings.length === 0
        ? agreed
        : `${count(fixable, ENV === undefined ? 'release' : 'service')} ${dryRun ? 'can be fixed: run this without DRY_RUN' : 'fixed'}.`,
    )
    return details
  },
})

type Found = { readonly findings: readonly Finding[]; readonly agreed: string }

type Wish = {
  /** SINCE, if a person gave it. */
  readonly named: string | undefined
  readonly onlyNotices: boolean
  readonly dryRun: boolean
  progress(text: string): void
}

async function reconcileReleases(
  invocation: Omit<Invocation, 'dryRun'>,
  { named, onlyNotices, dryRun, progress }: Wish,
): Promise<Found> {
  if (onlyNotices)
    throw new UserError(cliErrors['option-invalid'], 'NOTICES is about an environment', {
      remedy: 'Give ENV, too.',
    })
  const project = await openProject(invocation)
  const refs = await remoteRefs(project.git)
  const since = await findSince(project, refs, named)
  const { findings, fixes } = await observeReconcile(project, refs, since, progress)
  if (!dryRun) await promoteAll(project, fixes, progress)
  return { findings, agreed: 'Tags, records, artifacts and pins agree.' }
}

async function reconcileLedgers(
  invocation: Omit<Invocation, 'dryRun'>,
  { name, named, onlyNotices, dryRun, progress }: Wish & { readonly name: string },
): Promise<Found> {
  if (named !== undefined)
    throw new UserError(cliErrors['option-invalid'], 'SINCE is about releases, and ENV about ledgers', {
      remedy: 'Give one of the two.',
    })
  const opened = await openLedgers(invocation, name)
  const place = { ...opened, ...invocation, name }
  const session = { ...opened, ledger: announced(opened.ledger, place) }
  const notices = await connectNotices(place, opened.ledger)
  if (onlyNotices) {
    const findings = await settleAllNotices({ ledger: opened.ledger, notices, name }, dryRun)
    return { findings, agreed: `No notice of ${name} is missing.` }
  }
  const repairs = await openRepairs(session, { name, notices, aws: invocation.aws, progress })
  const findings = await reconcileEnvironment(repairs, dryRun)
  return {
    findings,
    agreed: `The traffic of ${name} goes where its ledgers say.`,
  }
}

async function findSince(
  { git, environments }: Project,
  refs: RemoteRefs,
  named: string | undefined,
): Promise<CommitSha | undefined> {
  const revision = named ?? environments.since
  if (revision === undefined) return undefined
  const branch = mainBranch(environments)
  const head = await fetchHead(git, refs, branch)
  const commit = await resolveCommit(git, revision)
  // Everything comes after a commit of another history, or nothing does: nothing would be compared.
  if (commit !== undefined && (await isAncestor(git, commit, head))) return commit
  const problem =
    commit === undefined ? 'names no commit in this clone' : `is not in the history of ${branch}`
  throw new UserError(reconcileErrors['reconcile-since'], `${quote(revision)} ${problem}`, {
    remedy:
      named === undefined
        ? `Correct since in cdktf/environments.json: a commit of ${branch}.`
        : `SINCE takes a commit of ${branch}, by its id, a tag or a branch.`,
  })
}
