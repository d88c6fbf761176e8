import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import { parseTag } from '../../scripts/core/release-tag.ts'
import { artifactProfile, type EnvironmentOf } from './accounts.ts'
import { DemoFailed } from './demo-failed.ts'
import { type Deployed, describeDeployed } from './deployed.ts'
import { pushedTags } from './remote-hook.ts'
import { type Options, waybill } from './waybill.ts'
import { cloneRemote, type Workspace } from './workspace.ts'

/** What stands for CI: it runs a job for each release tag of which the remote's hook tells it. */
export type Ci = {
  /** Ends when the job of each tag has ended well; throws when one has failed, or after waiting too long. */
  waitFor(tags: readonly string[]): Promise<void>
  /** Ends the jobs that still run. */
  close(): Promise<void>
}

/** How a job ended: what came of it, or why it failed; `error` is undefined when it ended well. */
export type JobEnd = {
  readonly tag: string
  readonly ms: number
  readonly outcome: string
  readonly error: unknown
}

/** What CI works with: the environment that follows by itself, and who hears of each job that has ended. */
export type CiOptions = {
  readonly envOf: EnvironmentOf
  readonly staging: string
  /** Whether a job deploys what it has pinned. */
  readonly deploys: boolean
  onEnd(end: JobEnd): void
}

const pollMs = 50
const longestWaitMs = 120_000

/** Starts CI, which listens to the remote's hook until it is closed. */
export function startCi(everything: Workspace, options: CiOptions): Ci {
  const closing = new AbortController()
  const signal = AbortSignal.any([everything.signal, closing.signal])
  const workspace = everything.until(signal)
  const jobs = new Map<string, Promise<JobEnd>>()
  const ends = new Map<string, JobEnd>()
  const lastOf = new Map<string, Promise<JobEnd>>()
  const start = (tag: string) => {
    const service = parseTag(tag)?.service
    if (service === undefined || jobs.has(tag)) return
    // A concurrency group: the jobs of one service one after the other, those of different services at once.
    const before = lastOf.get(service) ?? Promise.resolve()
    const job = before.then(() => timed(tag, () => runJob(workspace, options, tag)))
    jobs.set(tag, job)
    lastOf.set(service, job)
    void job.then(end => {
      ends.set(tag, end)
      if (!signal.aborted) options.onEnd(end)
    })
  }
  const listening = everyMoment(signal, async () => (await pushedTags(workspace)).forEach(start))
  return {
    async waitFor(tags) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)])
      await everyMoment(limit, async stop => {
        if (tags.every(tag => ends.has(tag))) stop()
      })
      signal.throwIfAborted()
      const late = tags.filter(tag => !ends.has(tag))
      if (late.length > 0)
        throw new DemoFailed(`CI was not done with ${late.join(', ')} after ${longestWaitMs / 1000} s`)
      const failed = tags.filter(tag => ends.get(tag)?.error !== undefined)
      if (failed.length > 0) throw new DemoFailed(`CI failed for ${failed.join(', ')}`)
    },
    async close() {
      closing.abort()
      await Promise.all([listening, ...jobs.values()])
    },
  }
}

/** Does something again and again until it calls `stop` or the signal comes. */
async function everyMoment(signal: AbortSignal, work: (stop: () => void) => Promise<void>): Promise<void> {
  const stopping = new AbortController()
  const until = AbortSignal.any([signal, stopping.signal])
  try {
    for await (const _ of setInterval(pollMs, undefined, { signal: until }))
      await work(() => stopping.abort())
  } catch (error) {
    if (!until.aborted) throw error
  }
}

async function timed(tag: string, work: () => Promise<string>): Promise<JobEnd> {
  const start = performance.now()
  const end = await work().then(
    outcome => ({ outcome, error: undefined }),
    error => ({ outcome: '', error }),
  )
  return { tag, ms: performance.now() - start, ...end }
}

/** The job of a tag: in a fresh clone of the release branch, promote the release, pin it, and deploy it. */
async function runJob(
  workspace: Workspace,
  { envOf, staging, deploys }: CiOptions,
  tag: string,
): Promise<string> {
  const clone = join(workspace.folder, 'ci', tag)
  const run = <T>(profile: string, command: string, options: Options) =>
    waybill<T>(workspace, { clone, env: { ...envOf(profile), ...author } }, command, options)
  await cloneRemote(workspace, clone)
  await run(artifactProfile, 'promote', { TAG: tag })
  await run(artifactProfile, 'pin', { ENV: staging, TAG: tag })
  if (!deploys) return `promoted, then pinned in ${staging}`
  // The environment's own account has no part in what a release is.
  const SERVICE = parseTag(tag)?.service ?? ''
  const { document } = await run<Deployed>(staging, 'deploy', { ENV: staging, SERVICE })
  return `promoted, pinned, deployed: ${document.results.map(describeDeployed).join(', ')}`
}

const author = {
  GIT_AUTHOR_NAME: 'CI',
  GIT_AUTHOR_EMAIL: 'ci@example.com',
  GIT_COMMITTER_NAME: 'CI',
  GIT_COMMITTER_EMAIL: 'ci@example.com',
}
