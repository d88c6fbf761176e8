import { attemptAsync } from '../../base/attempt.ts'
import type { Clock } from '../../base/io/clock.ts'
import { type Deadline, poll } from '../../base/io/poll.ts'
import type { UserError } from '../../base/user-error.ts'
import { kindOfApplied } from '../../kinds/applied.ts'
import { type Leftover, type Mover, mainOf, type Pointer, type Sent, wholeOf } from '../../kinds/io/mover.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import type { Digest } from '../../names/digest.ts'
import { rolloutErrors } from '../errors.ts'
import {
  applyCompleted,
  cannotRun,
  holdsAnother,
  movedByAnother,
  noPointer,
  notReady,
  rolledBack,
  runsAnother,
  stoppedWaiting,
  takenOver,
  unrecorded,
} from '../messages.ts'
import type { Rollout, RolloutResult } from '../rollout.ts'
import type { Journal } from './journal.ts'

/** What a rollout works with. */
export type RolloutTools = {
  readonly movers: Movers
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long a rollout may take, in ms, if the user has set it. */
  readonly waitMs: number | undefined
  readonly journal: Journal
}

/** A rollout in progress. */
type Run = RolloutTools & {
  readonly mover: Mover
  readonly rollout: Rollout
  readonly deadline: Deadline
}

// Time for tasks to start and become healthy behind a load balancer, or for a version to become active.
const startupMinutes = 15

/** Sends the traffic to what was applied, waits until it arrives, and checks the digests of what serves it. */
export async function rollOut(tools: RolloutTools, rollout: Rollout): Promise<RolloutResult> {
  const ms = tools.waitMs ?? (startupMinutes + rollout.strategyMinutes) * 60_000
  const deadline = { from: tools.clock.now(), ms }
  const run = { ...tools, mover: await tools.movers(rollout.applied.kind), rollout, deadline }
  await registerLeftover(run)
  const { sent, seen } = await send(run)
  const waited = await waitForArrival(run, { revision: rollout.applied.revision, seen })
  await note(run, 'completed')
  await verify(run)
  await note(run, 'verified')
  await run.mover.keepStable?.(rollout.applied, rollout.applied.revision, tools.journal.before())
  return sent || waited ? 'moved' : 'already done'
}

/** Writes an entry about traffic that has arrived. */
async function note({ journal, rollout }: Run, entry: 'completed' | 'verified'): Promise<void> {
  const noted = await attemptAsync(() => journal[entry]())
  if (!('error' in noted)) return
  const { error } = noted
  throw error.errorCode === rolloutErrors['rollout-moved'] ? error : unrecorded(rollout, entry, error)
}

/**
 * Ends the rollout if an interrupted apply left something in no revision. It does not go on to the revision that this makes:
 * where deploys need approval, nobody has approved that one.
 */
async function registerLeftover({ mover, rollout }: Run): Promise<void> {
  const seen = await releasedLeftover(mover, rollout)
  if (mover.unregistered === undefined || seen === undefined) return
  throw applyCompleted(rollout, await mover.unregistered.register(rollout.applied, seen))
}

/** Throws if somebody put code there by hand that no revision holds yet: an apply of the same release would publish it. */
export async function requireReleasedCode(movers: Movers, rollout: Rollout): Promise<void> {
  await releasedLeftover(await movers(rollout.applied.kind), rollout)
}

async function releasedLeftover({ unregistered }: Mover, rollout: Rollout): Promise<Leftover | undefined> {
  const seen = await unregistered?.look(rollout.applied)
  // An apply leaves the released code. Anything else was put there by hand, and must not become a revision.
  if (seen !== undefined && (seen.digest === undefined || !rollout.digests.includes(seen.digest)))
    throw holdsAnother(rollout, seen.digest ?? 'unknown')
  return seen
}

// A change of an alias's description also fails our conditional write, but hardly three times in a row.
const maximumAttempts = 3

/** Sends all traffic to the revision, unless somebody else, such as a rollback, sends it elsewhere meanwhile. */
async function send({
  mover,
  rollout,
  journal,
  ...run
}: Run): Promise<{ sent: boolean; seen: Pointer | undefined }> {
  const { applied } = rollout
  let first: Pointer | undefined
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    const seen = await mover.look(applied)
    if (seen === undefined) throw noPointer(rollout)
    first ??= seen
    const isThere = wholeOf(seen) === applied.revision
    if (isThere && attempt === 1) await journal.started(wholeOf(seen))
    if (isThere) return { sent: attempt > 1, seen: attempt > 1 ? first : undefined }
    if (mainOf(seen) !== mainOf(first)) break
    await becomeReady({ mover, rollout, journal, ...run })
    await journal.started(wholeOf(seen))
    if ((await mover.send(applied, applied.revision, seen)) === 'sent') return { sent: true, seen }
  }
  throw movedByAnother(rollout)
}

async function becomeReady({ mover, rollout, ...run }: Run): Promise<void> {
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
async function waitForArrival(run: Run, sent: Sent): Promise<boolean> {
  const { mover, rollout } = run
  let polls = 0
  await waitFor(run, `the traffic of ${rollout.target.service} to arrive`, async () => {
    polls += 1
    const progress = await mover.progress(rollout.applied, sent)
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
async function verify(run: Run): Promise<void> {
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
