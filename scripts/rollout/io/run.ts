import type { CloudWatch } from '../../aws/io/cloudwatch.ts'
import { attemptAsync } from '../../base/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import { type Deadline, poll } from '../../base/io/poll.ts'
import type { UserError } from '../../base/user-error.ts'
import { kindOfApplied } from '../../kinds/applied.ts'
import type { Mover, Progress, Sent } from '../../kinds/io/mover.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import type { Digest } from '../../names/digest.ts'
import { rolledBack } from '../back-messages.ts'
import { rolloutErrors } from '../errors.ts'
import type { Follow } from '../following/following.ts'
import {
  cannotRun,
  noPointer,
  notReady,
  runsAnother,
  stoppedWaiting,
  takenOver,
  unrecorded,
} from '../messages.ts'
import type { Rollout } from '../rollout.ts'
import type { OnStop } from '../seen.ts'
import type { Journal } from './journal.ts'

/** What a rollout works with. */
export type RolloutTools = {
  readonly movers: Movers
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long a rollout may take, in ms, if the user has set it. */
  readonly waitMs: number | undefined
  readonly journal: Journal
  readonly cloudwatch: () => Promise<CloudWatch>
  /** Why the release must not run any more, such as a yank; undefined if it may. */
  readonly withdrawn: () => Promise<string | undefined>
  /** Whether it only begins the rollout, and somebody else goes on. */
  readonly isDetached?: boolean
  /** What a person wants who stops the run. */
  readonly onStop: OnStop
  /** Hears what is true now, at each look. */
  readonly follow: Follow
}

/** Time for tasks to start and become healthy behind a load balancer, or for a version to become active. */
export const startupMinutes = 15

/** A rollout in progress. */
export type Run = RolloutTools & {
  readonly mover: Mover
  readonly rollout: Rollout
  readonly deadline: Deadline
}

/** Writes an entry about traffic that has arrived. */
export async function note({ journal, rollout }: Run, entry: 'completed' | 'verified'): Promise<void> {
  const noted = await attemptAsync(() => journal[entry]())
  if (!('error' in noted)) return
  const { error } = noted
  throw error.errorCode === rolloutErrors['rollout-moved'] ? error : unrecorded(rollout, entry, error)
}

/** Waits until the revision can take traffic, and checks that it is what was released. */
export async function becomeReady({ mover, rollout, ...run }: Run): Promise<void> {
  const { applied } = rollout
  await waitFor(
    { mover, rollout, ...run },
    `${kindOfApplied(applied).show(applied)} to be ready`,
    async () => {
      const readiness = await mover.ready(applied, applied.revision)
      if (readiness.state === 'cannot') throw cannotRun(rollout, readiness.why)
      if (readiness.state === 'not yet') return undefined
      requireReleased(rollout, readiness.digest, 'before')
      return true
    },
    notReady,
  )
}

/** Waits until the traffic arrives. Returns whether there was anything to wait for. */
export async function waitForArrival(run: Run, sent: Sent): Promise<boolean> {
  const { mover, rollout } = run
  return await waitUntilArrived(run, `the traffic of ${rollout.target.service} to arrive`, () =>
    mover.progress(rollout.applied, sent),
  )
}

/** Asks for the progress of something until it has arrived. Returns whether there was anything to wait for. */
export async function waitUntilArrived(
  run: Run,
  what: string,
  ask: () => Promise<Progress>,
): Promise<boolean> {
  const { rollout } = run
  let polls = 0
  await waitFor(run, what, async () => {
    polls += 1
    const progress = await ask()
    if (progress.state === 'went back') throw await wentBack(run, progress)
    if (progress.state === 'taken over') throw takenOver(rollout, progress.by)
    if (progress.state === 'gone') throw noPointer(rollout)
    return progress.state === 'arrived' ? true : undefined
  })
  return polls > 1
}

async function wentBack(
  { journal, rollout }: Run,
  { to, why }: { to: string; why: string },
): Promise<UserError> {
  const noted = await attemptAsync(() => journal.rolledBack(to, why))
  return rolledBack(rollout, to, why, 'error' in noted ? noted.error : undefined)
}

/** Checks the digests of what serves, since a stable service proves nothing. */
export async function verify(run: Run): Promise<void> {
  const { mover, rollout } = run
  await waitFor(run, `the digests of what serves ${rollout.target.service}`, async () => {
    const serving = await mover.serving(rollout.applied, rollout.applied.revision)
    if (serving === 'none wanted') return true
    for (const digest of serving) requireReleased(rollout, digest, 'after')
    return serving.length > 0 && !serving.includes(undefined) ? true : undefined
  })
}

/** Checks a digest `before` or `after` the traffic was sent. */
function requireReleased(rollout: Rollout, digest: Digest | undefined, when: 'before' | 'after'): void {
  if (digest !== undefined && !rollout.digests.includes(digest)) throw runsAnother(rollout, digest, when)
}

async function waitFor(
  run: Run,
  what: string,
  ask: () => Promise<true | undefined>,
  stopped = stoppedWaiting,
): Promise<void> {
  const ended = await poll(run, run.deadline, ask)
  if ('answer' in ended) return
  const why =
    ended.stopped === 'asked to stop'
      ? 'this run was asked to stop'
      : `the rollout took longer than ${run.deadline.ms / 1000} s`
  throw stopped(what, why)
}
