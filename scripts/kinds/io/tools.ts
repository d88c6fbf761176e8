import type { Stores } from '../../artifacts/io/stores.ts'
import type { Clock } from '../../base/io/clock.ts'
import { UserError } from '../../base/user-error.ts'
import { printTarget } from '../../names/target.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import { rolloutErrors } from '../../rollout/errors.ts'
import type { StackOutputs } from '../../stack/synth-input.ts'
import type { Ecs } from '../ecs/io/client.ts'
import type { Lambda } from '../lambda/io/client.ts'

/** What a rollout works with; nothing is connected to before it is needed. */
export type RolloutTools = {
  lambda(): Promise<Lambda>
  ecs(): Promise<Ecs>
  readonly stores: Stores
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long a rollout may take, in ms, where somebody has said so. */
  readonly waitMs: number | undefined
}

/** One deploy's rollout: what was applied, of which release. */
export type Rollout = {
  readonly target: PinnedTarget
  readonly record: ReleaseRecord
  readonly outputs: StackOutputs
  /** How long its strategy makes it take at least. */
  readonly strategyMinutes?: number
}

/** How long something may take, in ms, from when on. */
export type Deadline = { readonly from: number; readonly ms: number }

/** The error for a stack whose alias or service somebody has removed. */
export function noPointer(target: PinnedTarget, reason: string): UserError {
  return new UserError(
    rolloutErrors['rollout-no-pointer'],
    `there is nothing to send the traffic of ${printTarget(target)} to`,
    {
      cause: reason,
      remedy: 'Somebody has removed it. Run this again: the plan makes it anew.',
    },
  )
}

const firstPauseMs = 100
const longestPauseMs = 5000

/** Asks until there is an answer, more and more seldom; a `UserError` when the time is up or the run is to end. */
export async function poll(
  tools: RolloutTools,
  deadline: Deadline,
  what: string,
  ask: () => Promise<true | undefined>,
): Promise<void> {
  for (let pause = firstPauseMs; (await ask()) === undefined; pause = Math.min(pause * 1.5, longestPauseMs)) {
    if (tools.signal.aborted) throw stoppedWaiting(what, 'this run was asked to end')
    if (tools.clock.now() - deadline.from > deadline.ms)
      throw stoppedWaiting(what, `the rollout took longer than ${deadline.ms / 1000} s`)
    await tools.clock.sleep(pause)
  }
}

function stoppedWaiting(what: string, reason: string): UserError {
  return new UserError(rolloutErrors['rollout-timeout'], `stopped waiting for ${what}`, {
    cause: reason,
    remedy: 'It goes on by itself. Run this again to see how it ends; WAIT=… waits longer.',
  })
}
