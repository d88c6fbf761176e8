import { plain } from '../../base/printable.ts'
import { type Leftover, type Mover, mainOf, type Pointer, standing, wholeOf } from '../../kinds/io/mover.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import { minutesOf } from '../../strategy/phases.ts'
import { isWatched } from '../../strategy/plan.ts'
import { beginOnly } from '../detached/io/step.ts'
import { applyCompleted, holdsAnother, movedByAnother, noPointer, setByHand } from '../messages.ts'
import type { Rollout, RolloutResult } from '../rollout.ts'
import { lookAtShares } from './observe.ts'
import {
  becomeReady,
  note,
  type RolloutTools,
  type Run,
  startupMinutes,
  verify,
  waitForArrival,
} from './run.ts'
import { type Watchable, watchRollout } from './watch.ts'

/** Sends the traffic to what was applied, waits until it arrives, and checks the digests of what serves it. */
export async function rollOut(tools: RolloutTools, rollout: Rollout): Promise<RolloutResult> {
  const ms = tools.waitMs ?? (startupMinutes + minutesOf(rollout.plan.phases)) * 60_000
  const deadline = { from: tools.clock.now(), ms }
  const run = { ...tools, mover: await tools.movers(rollout.applied.kind), rollout, deadline }
  await registerLeftover(run)
  await requireExplained(run)
  const watched = await watchable(run)
  if (watched !== undefined) return await (tools.isDetached ? beginOnly : watchRollout)(watched)
  const { sent, seen } = await send(run)
  const waited = await waitForArrival(run, { revision: rollout.applied.revision, seen })
  await note(run, 'completed')
  await verify(run)
  await note(run, 'verified')
  await run.mover.keepStable?.(rollout.applied, rollout.applied.revision, tools.journal.before())
  return sent || waited ? 'moved' : 'already done'
}

/**
 * The same rollout, if there is anything to watch; undefined where the platform cannot divide traffic, where it is over, and
 * for a first deployment, which has all traffic from its creation on and nothing to go back to.
 */
async function watchable(run: Run): Promise<Watchable | undefined> {
  const { mover, rollout, journal } = run
  const { shifting } = mover
  if (shifting === undefined || !isWatched(rollout.plan)) return undefined
  const pointer = await lookAtShares(mover, rollout.applied)
  const hasAll = pointer !== undefined && wholeOf(pointer) === rollout.applied.revision
  const isOver = hasAll && (journal.isRecorded() || (await isFirst(run)))
  return isOver ? undefined : { ...run, shifting }
}

/** A service that is older than its ledger has something to go back to, too, which only the platform can tell. */
async function isFirst({ mover, rollout, journal }: Run): Promise<boolean> {
  if (journal.stable() !== undefined) return false
  const stood = await standing(mover, rollout.applied)
  return (await stood?.fallback()) === undefined
}

/**
 * Throws if another rollout is in a phase, but somebody has set other weights by hand: every run of it yields to them, so
 * waiting for it would be in vain. A smaller share than that of the phase may still be on its way.
 */
async function requireExplained({ mover, rollout, journal }: Run): Promise<void> {
  // Most often there is none, and nothing to look at.
  if ((await journal.elsewhere()) === undefined) return
  // The traffic before the ledger, since the share of a phase follows its entry.
  const pointer = await lookAtShares(mover, rollout.applied)
  const other = await journal.elsewhere()
  if (pointer === undefined || other === undefined) return
  const { revision, share, stable, says } = other
  const isKnown = Object.keys(pointer.shares).every(one => one === revision || one === stable)
  if (isKnown && (pointer.shares[revision] ?? 0) <= share) return
  throw setByHand(rollout, `${pointer.says}, but of revision ${plain(revision)} ${says}`)
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
