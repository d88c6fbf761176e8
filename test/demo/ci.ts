import { once } from 'node:events'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'
import type { Conclusion } from '../runner/context.ts'
import { failuresOf } from '../runner/failures.ts'
import { type RunRecord, startRunner } from '../runner/runner.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Workspace } from './workspace.ts'

/** What stands for GitHub Actions: it runs the repository's own workflows for whatever is pushed to the remote. */
export type Ci = {
  /** Ends when every push so far has been worked off; throws when a run has failed, or after waiting too long. */
  settle(): Promise<void>
  /** Ends the jobs that still run. */
  close(): Promise<void>
}

/** What CI works with. */
export type CiOptions = {
  readonly workspace: Workspace
  readonly emulator: Emulator
  /** What its jobs have in their environment besides the workspace's; no credentials. */
  readonly env: Readonly<Record<string, string>>
  /** The repository as its workflows call it: `owner/name`. */
  readonly repository: string
  /** Whether a job can deploy what it has pinned. */
  readonly deploys: boolean
  /** Hears of each run that has ended: what came of it, or why it failed. */
  onEnd(end: RunEnd): void
}

/** How a run ended; `error` is undefined when it ended well. */
export type RunEnd = {
  readonly title: string
  readonly ms: number
  readonly outcome: string
  readonly error: DemoFailed | undefined
}

const longestWaitMs = 180_000

/** Starts CI, which listens to the remote's hooks until it is closed. */
export async function startCi({ workspace, emulator, onEnd, ...options }: CiOptions): Promise<Ci> {
  const { remote, folder, signal } = workspace
  const judged = (run: RunRecord) => judge(run, options.deploys)
  const runner = await startRunner({
    remote,
    folder,
    repository: options.repository,
    env: { ...workspace.env, ...options.env },
    credentials: role => takeRole(emulator, role, options.deploys),
    onEnd: run => signal.aborted || onEnd(judged(run)),
  })
  return {
    async settle() {
      signal.throwIfAborted()
      const limit = AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)])
      await Promise.race([runner.idle(), once(limit, 'abort')])
      signal.throwIfAborted()
      if (limit.aborted) throw new DemoFailed(`CI was not done after ${longestWaitMs / 1000} s`)
      const failed = runner
        .runs()
        .map(judged)
        .filter(({ error }) => error !== undefined)
      if (failed.length > 0) throw new DemoFailed(`failed: ${failed.map(({ title }) => title).join(', ')}`)
    },
    close: runner.close,
  }
}

/** The credentials of a role, which bootstrap has to have made; without Terraform there is none, and none is asked for. */
async function takeRole(emulator: Emulator, role: string, isMade: boolean): Promise<Record<string, string>> {
  const [, account = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/([\w+=,.@-]+)$/.exec(role) ?? []
  const credentials = emulator.credentials({ account })
  if (isMade)
    await clientsFor(emulator, { env: credentials }).iam.send(new GetRoleCommand({ RoleName: name }))
  return credentials
}

function judge(run: RunRecord, deploys: boolean): RunEnd {
  const { workflow, ref, jobs, ms = 0 } = run
  const jobsThat = (ended: Conclusion) =>
    jobs.filter(({ conclusion }) => conclusion === ended).map(({ name }) => lastPart(name))
  const well = jobsThat('success')
  const skipped = jobsThat('skipped')
  const title = `CI: ${workflow} ${ref.replace(/^refs\/\w+\//, '')}`
  // Without Terraform a release ends at its plan, and that is as far as the demo goes.
  const isDone = run.conclusion === 'success' || (!deploys && well.includes('pin'))
  const [failure] = failuresOf(run)
  const error = isDone ? undefined : new DemoFailed(failure?.title ?? `${title} failed`, failure?.log)
  const outcome = `${well.join(', ')}${skipped.length > 0 ? `; skipped: ${skipped.join(', ')}` : ''}`
  return { title, ms, outcome, error }
}

/** A job's own name, without those of the jobs that called it. */
function lastPart(name: string): string {
  return name.replace(/^.* \/ /, '')
}
