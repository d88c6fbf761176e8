import { parseApplied } from '../../../kinds/applied.ts'
import { eventOf, isKnown, type Who } from '../../../ledger/entry.ts'
import type { Ledger } from '../../../ledger/io/ledger.ts'
import type { Digest } from '../../../names/digest.ts'
import type { Target } from '../../../names/target.ts'
import { isWatched } from '../../../strategy/plan.ts'
import { openJournal } from '../../io/journal.ts'
import { type RolloutTools, startupMinutes } from '../../io/run.ts'
import type { Watchable } from '../../io/watch.ts'

/** What somebody works with who knows a rollout from its ledger alone. */
export type RecordedTools = Pick<
  RolloutTools,
  'movers' | 'clock' | 'cloudwatch' | 'signal' | 'onStop' | 'follow'
> & {
  readonly ledger: Ledger
  readonly who: Who
  /** Why a release must not run any more; undefined if it may, or if nobody asks. */
  readonly withdrawn?: (tag: string) => Promise<string | undefined>
}

/**
 * The rollout of a target that is under way, as its first entry says, and the sequence of that entry; undefined if there
 * is none, or none that is watched.
 */
export async function recordedRun(
  { ledger, who, withdrawn = async () => undefined, ...tools }: RecordedTools,
  target: Target,
): Promise<{ readonly run: Watchable; readonly started: number } | undefined> {
  const writer = await ledger.writer(target, who)
  const { entry, state } = writer.head()
  if (state.open?.type !== 'rollout' || entry === undefined || !isKnown(entry)) return undefined
  const { sequence } = state.open
  const event = eventOf(entry.sequence === sequence ? entry : await ledger.read(target, sequence))
  if (event?.type !== 'started' || event.rollout === undefined) return undefined
  const { deployment, rollout } = event
  const { digests, deadline: _, ...plan } = rollout
  const applied = parseApplied(deployment.applied)
  const mover = await tools.movers(applied.kind)
  const { shifting } = mover
  if (shifting === undefined || !isWatched(plan)) return undefined
  const place = { ledger, writer, target, deployment, plan: undefined }
  const journal = await openJournal({ ...place, isGuarded: true })
  const run = {
    ...{ ...tools, mover, shifting, journal, waitMs: undefined },
    withdrawn: () => withdrawn(deployment.tag),
    deadline: { from: tools.clock.now(), ms: startupMinutes * 60_000 },
    rollout: { target, tag: deployment.tag, applied, digests: digests as Digest[], plan },
  }
  return { run, started: sequence }
}
