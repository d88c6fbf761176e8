import { once } from 'node:events'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'
import type { Conclusion, WaitingJob } from '../runner/context.ts'
import { failuresOf } from '../runner/failures.ts'
import { type RunRecord, startRunner } from '../runner/runner.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Workspace } from './workspace.ts'

/** The stand-in for GitHub Actions: it runs the repository's own workflows for whatever is pushed to the remote. */
export type Ci = {
  /** Waits until every run so far is over; throws when one failed, or after waiting too long. */
  settle(): Promise<void>
  /** Starts the workflow `deploy` by hand; answers when a job of it waits for a reviewer. */
  requestDeploy(inputs: Readonly<Record<string, string>>): Promise<Waiting>
  /** Stops the jobs that still run. */
  close(): Promise<void>
}

/** A job that waits for a reviewer of its environment. */
export type Waiting = {
  readonly job: string
  readonly environment: string
  /** What the reviewer reads on the page of the run: what the jobs before have said. */
  readonly page: string
  approve(by: string): void
}

/** What CI is started with. */
export type CiOptions = {
  readonly workspace: Workspace
  readonly emulator: Emulator
  /** What its jobs have in their environment besides the workspace's; no credentials. */
  readonly env: Readonly<Record<string, string>>
  /** The repository as its workflows call it: `owner/name`. */
  readonly repository: string
  /** Whether Terraform is there, so that a job can deploy what was pinned. */
  readonly deploys: boolean
  /** The environment whose jobs wait for a reviewer. */
  readonly reviewed: string
  /** Called with each run when it is over. */
  onEnd(end: RunEnd): void
}

/** How a run ended; `error` is undefined when it succeeded. */
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
  const closing = new AbortController()
  const reviews = reviewsUntil(AbortSignal.any([signal, closing.signal]), options.reviewed)
  const runner = await startRunner({
    remote,
    folder,
    repository: options.repository,
    env: { ...workspace.env, ...options.env },
    credentials: role => takeRole(emulator, role, options.deploys),
    review: reviews.review,
    onEnd: run => signal.aborted || onEnd(judged(run)),
  })
  const settle = async () => {
    signal.throwIfAborted()
    const limit = AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)])
    await Promise.race([runner.idle(), once(limit, 'abort')])
    signal.throwIfAborted()
    if (limit.aborted) throw new DemoFailed(`CI did not finish within ${longestWaitMs / 1000} s`)
    const failed = runner
      .runs()
      .map(judged)
      .filter(({ error }) => error !== undefined)
    if (failed.length > 0) throw new DemoFailed(`failed: ${failed.map(({ title }) => title).join(', ')}`)
  }
  return {
    settle,
    async requestDeploy(inputs) {
      const waiting = reviews.next()
      await runner.dispatch('deploy', inputs)
      const first = await Promise.race([waiting, settle()])
      if (first === undefined) throw new DemoFailed('the deploy ended without asking for an approval')
      return first
    },
    async close() {
      const closed = runner.close()
      closing.abort()
      await closed
    },
  }
}

/** Lets the jobs of an environment wait for a reviewer; `next` resolves with the next one. */
function reviewsUntil(signal: AbortSignal, reviewed: string) {
  let tell = (_: Waiting) => {}
  return {
    next: () => new Promise<Waiting>(resolve => (tell = resolve)),
    review: async ({ name, environment, before }: WaitingJob): Promise<string | undefined> => {
      if (environment !== reviewed) return undefined
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      signal.addEventListener('abort', () => reject(signal.reason))
      const page = before.map(({ summary }) => summary).join('\n')
      tell({ job: lastPart(name), environment, page, approve: resolve })
      return await promise
    },
  }
}

/** The credentials of a role that bootstrap must have created; without Terraform there are no roles, and none is required. */
async function takeRole(emulator: Emulator, role: string, isMade: boolean): Promise<Record<string, string>> {
  const [, account = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/([\w+=,.@-]+)$/.exec(role) ?? []
  const credentials = emulator.credentials({ account })
  if (isMade)
    await clientsFor(emulator, { env: credentials }).iam.send(new GetRoleCommand({ RoleName: name }))
  return credentials
}

function judge(run: RunRecord, deploys: boolean): RunEnd {
  const { workflow, event, ref, jobs, ms = 0 } = run
  const jobsThat = (ended: Conclusion) =>
    jobs
      .filter(({ conclusion }) => conclusion === ended)
      .map(({ name, approvedBy }) => lastPart(name) + (approvedBy === undefined ? '' : ` (${approvedBy})`))
  const done = jobsThat('success')
  const title = `CI: ${workflow}${event === 'push' ? ` ${ref.replace(/^refs\/\w+\//, '')}` : ''}`
  // Without Terraform a release ends at its plan, and that is as far as the demo goes.
  const isCut = run.conclusion !== 'success' && !deploys && done.includes('pin')
  const [failure] = failuresOf(run)
  const isDone = run.conclusion === 'success' || isCut
  const error = isDone ? undefined : new DemoFailed(failure?.title ?? `${title} failed`, failure?.log)
  const outcome = [done.join(', ')]
  if (isCut) outcome.push('no deploy without Terraform')
  if (jobsThat('skipped').includes('build')) outcome.push('nothing to build')
  return { title, ms, outcome: outcome.join('; '), error }
}

/** A job's own name, without those of the jobs that called it. */
function lastPart(name: string): string {
  return name.replace(/^.* \/ /, '')
}
