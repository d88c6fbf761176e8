import { wholeOf } from '../../kinds/io/mover.ts'
import type { Memory, Observed } from './observe.ts'
import { verify, waitUntilArrived } from './run.ts'
import type { Watchable } from './watch.ts'

/**
 * Has a platform that shifts by itself make ready, and checks the digests of what is to get traffic. Returns whether the
 * first phase can begin: where there was anything to wait for, another look comes first.
 */
export async function prepare(
  run: Watchable,
  memory: Memory,
  pointer: Observed['pointer'],
): Promise<boolean> {
  const { rollout, shifting } = run
  const { applied, plan, target } = rollout
  const { steps } = shifting
  const isReady = pointer.stage === 'waiting' || wholeOf(pointer) === applied.revision
  if (steps === undefined || isReady) return true
  memory.isOnItsWay = true
  await waitUntilArrived(run, `the new tasks of ${target.service} to be ready for traffic`, () =>
    steps.prepare(applied, plan, pointer),
  )
  await verify(run)
  return false
}

/** Has a platform that shifts by itself keep what has all traffic now. */
export async function finish(run: Watchable): Promise<void> {
  const { rollout, shifting } = run
  const { applied, target } = rollout
  const { steps } = shifting
  if (steps === undefined) return
  await waitUntilArrived(run, `the former tasks of ${target.service} to end`, () =>
    steps.finish(applied, applied.revision),
  )
}
