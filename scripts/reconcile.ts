import { z } from 'zod'
import { joinErrors } from './base/join-errors.ts'
import { count } from './base/printable.ts'
import { reconcileAnswer } from './cli/answers/reconcile.ts'
import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/process.ts'
import { remoteRefs } from './git/io/remote.ts'
import { requireCommit } from './git/io/revisions.ts'
import type { CommitSha } from './names/commit.ts'
import { openProject, type Project } from './project/io/project.ts'
import { promoteAll } from './promotion/io/promote.ts'
import { observeReconcile } from './reconcile/io/observe.ts'

/** `make reconcile`. */
export const reconcile = command({
  name: 'reconcile',
  summary:
    'Finds what CI missed (tags, records, artifacts and pins that disagree) and fixes what is safe to fix.',
  examples: ['DRY_RUN=1'],
  options: {
    SINCE: z
      .string()
      .optional()
      .describe('Skip releases of commits before this one; by default since in environments.json'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  answer: reconcileAnswer,
  async run({ SINCE }, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const since = await findSince(project, SINCE)
    const refs = await remoteRefs(project.git)
    const { findings, fixes } = await observeReconcile(project, refs, since, report.progress)
    if (!dryRun) await promoteAll(project, fixes, report.progress)
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
    const details = { findings: listed, fixed: dryRun ? 0 : fixes.length }
    joinErrors(errors, details)
    report.line(
      findings.length === 0
        ? 'Tags, records, artifacts and pins agree.'
        : `${count(fixes.length, 'release')} ${dryRun ? 'can be fixed: run this without DRY_RUN' : 'fixed'}.`,
    )
    return details
  },
})

async function findSince(
  { git, environments }: Project,
  named: string | undefined,
): Promise<CommitSha | undefined> {
  const revision = named ?? environments.since
  return revision === undefined ? undefined : await requireCommit(git, revision)
}

await runIfMain(import.meta, reconcile)
