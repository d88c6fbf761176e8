import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { type Attempt, unwrap } from '../../base/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import type { Environment } from '../../catalogue/environments.ts'
import type { Applied } from '../../kinds/applied.ts'
import type { Removable } from '../../kinds/io/mover.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import type { Target } from '../../names/target.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import { stateKey } from '../../stack/names.ts'
import { appliedInState } from '../../terraform/state.ts'
import { decidePruning, type Pruning } from '../decide.ts'

/** A target whose revisions may be removed; its pin is undefined if it has none. */
export type Prunable = Target & { readonly pin: Attempt<PinnedTarget> | undefined }

/** What to remove of a target, and the port that removes it; undefined if nothing was applied or its platform keeps nothing. */
export type Observed = (Pruning & { readonly applied: Applied; readonly removable: Removable }) | undefined

// Lambda's calls besides GetFunction share 15 a second in an account (AWS Lambda developer guide, "Lambda quotas").
const atOnce = 4

/** Lists the revisions of some targets and decides about them. Changes nothing. */
export async function observeRevisions(
  { settings, clock, movers }: { settings: AwsSettings; clock: Clock; movers: Movers },
  environment: Environment,
  targets: readonly Prunable[],
): Promise<Outcome<Prunable, Observed>[]> {
  const bucket = environment.stateBucket
  const s3 = await connectS3(settings, bucket, clock)
  return await sideBySide(targets, atOnce, async (target): Promise<Observed> => {
    const key = stateKey(target)
    const text = await s3.read(key)
    const applied = text === undefined ? undefined : appliedInState(text, { bucket, key })
    if (applied === undefined) return undefined
    const { removable } = await movers(applied.kind)
    if (removable === undefined) return undefined
    // A pin that cannot be read could name any revision.
    const pinnedTags = target.pin === undefined ? [] : [unwrap(target.pin).pin.tag]
    const all = await removable.list(applied)
    const keeping = { newest: environment.keepRevisions, applied: applied.revision, pinnedTags }
    return { ...decidePruning(all, keeping), applied, removable }
  })
}
