import { attempt, attemptAsync } from '../../base/attempt.ts'
import type { Outcome } from '../../base/io/side-by-side.ts'
import type { LedgerTools } from '../../ledger/io/open.ts'
import { printTarget } from '../../names/target.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import type { Planned } from '../../plan/io/plan-targets.ts'
import type { Session } from '../../plan/io/session.ts'
import { requirePermission } from '../../plan/permission.ts'
import { type DeployTools, openUnlessTaken } from './deploy-targets.ts'

/** A plan, unless it would replace or destroy what nobody has allowed. */
export function accept(
  result: Outcome<PinnedTarget, Planned>,
  allowed: readonly string[],
): Outcome<PinnedTarget, Planned> {
  if ('error' in result) return result
  const { target, value } = result
  const permitted = attempt(() =>
    requirePermission(value.summary.view, allowed, {
      problem: `the plan of ${printTarget(target)} would replace or destroy resources that take traffic or hold releases`,
      command: value.stack.command,
    }),
  )
  return 'error' in permitted ? { target, ...permitted } : result
}

/** The same plans, without those of targets that are held, or whose traffic another rollout shares. */
export async function refuseTaken(
  session: Session,
  tools: LedgerTools & Pick<DeployTools, 'movers'>,
  results: readonly Outcome<PinnedTarget, Planned>[],
): Promise<Outcome<PinnedTarget, Planned>[]> {
  return await Promise.all(
    results.map(async result => {
      if ('error' in result) return result
      const { target, value } = result
      const opened = await attemptAsync(() => openUnlessTaken(session, tools, value))
      return 'error' in opened ? { target, error: opened.error } : result
    }),
  )
}
