import type { Smoke } from '../seen.ts'
import type { Watchable } from './watch.ts'

/**
 * Calls the new revision as its smoke check says, `times` times in a row or until a call fails. A run that is asked to stop
 * does not wait for the answer, which then says nothing.
 */
export async function runSmoke({ rollout, shifting, signal }: Watchable, times?: number): Promise<Smoke> {
  const { smoke } = rollout.plan
  if (smoke === undefined) return { state: 'none' }
  for (let call = 0; call < (times ?? smoke.times); call++) {
    const why = await shifting.smoke(rollout.applied, rollout.applied.revision, smoke, signal)
    if (signal.aborted) return { state: 'not run' }
    if (why !== undefined) return { state: 'failed', why }
  }
  return { state: 'passed' }
}
