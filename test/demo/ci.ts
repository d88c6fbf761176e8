import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import { parseTag } from '../../scripts/core/release-tag.ts'
import { DemoFailed } from './demo-failed.ts'
import { pushedTags } from './remote-hook.ts'
import { waybill } from './waybill.ts'
import { cloneRemote, type Workspace } from './workspace.ts'

/** What stands for CI: it runs a job for each release tag of which the remote's hook tells it. */
export type Ci = {
  /** Ends when the job of each tag has ended well; throws when one has failed, or after waiting too long. */
  waitFor(tags: readonly string[]): Promise<void>
  /** Ends the jobs that still run. */
  close(): Promise<void>
}

/** How a job ended; `error` is undefined when it ended well. */
export type JobEnd = { readonly tag: string; readonly ms: number; readonly error: unknown }

/** What CI works with: the environment that it pins in, and who hears of each job that has ended. */
export type CiOptions = {
  readonly env: Readonly<Record<string, string>>
  readonly environment: string
  onEnd(end: JobEnd): void
}

const pollMs = 50
const longestWaitMs = 45_000

/** Starts CI, which listens to the remote's hook until it is closed. */
export function startCi(everything: Workspace, { env, environment, onEnd }: CiOptions): Ci {
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
    const job = before.then(() => timed(tag, () => runJob(workspace, env, environment, tag)))
    jobs.set(tag, job)
    lastOf.set(service, job)
    void job.then(end => {
      ends.set(tag, end)
      if (!signal.aborted) onEnd(end)
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

async function timed(tag: string, work: () => Promise<void>): Promise<JobEnd> {
  const start = performance.now()
  const error = await work().then(
    () => undefined,
    reason => reason,
  )
  return { tag, ms: performance.now() - start, error }
}

/** The job of a tag: in a fresh clone of the release branch, promote the release and pin it. */
async function runJob(
  workspace: Workspace,
  env: Readonly<Record<string, string>>,
  environment: string,
  tag: string,
): Promise<void> {
  const clone = join(workspace.folder, 'ci', tag)
  const place = { clone, env: { ...env, ...author } }
  await cloneRemote(workspace, clone)
  await waybill(workspace, place, 'promote', { TAG: tag })
  await waybill(workspace, place, 'pin', { ENV: environment, TAG: tag })
}

const author = {
  GIT_AUTHOR_NAME: 'CI',
  GIT_AUTHOR_EMAIL: 'ci@example.com',
  GIT_COMMITTER_NAME: 'CI',
  GIT_COMMITTER_EMAIL: 'ci@example.com',
}
