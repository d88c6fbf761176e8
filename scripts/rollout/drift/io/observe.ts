import { attemptAsync, errorsOf, unwrap, valueIn, valuesOf } from '../../../base/attempt.ts'
import { sideBySide } from '../../../base/io/side-by-side.ts'
import { connectMovers } from '../../../kinds/io/movers.ts'
import type { LedgerStand } from '../../../ledger/io/holds.ts'
import { findOrphanedStates } from '../../../plan/io/orphaned-states.ts'
import type { Planned } from '../../../plan/io/plan-targets.ts'
import type { Session } from '../../../plan/io/session.ts'
import { readRunning } from '../../io/running.ts'
import { inPhase, isHeldThere, isOnItsWay } from '../../running.ts'
import type { Drift } from '../drift.ts'

// Lambda answers 15 calls a second for an account (AWS Lambda developer guide, "Lambda quotas").
const mostReadAtOnce = 4

/** Reads where the traffic of what is planned goes, and what is left of services and environments that are gone. */
export async function observeDrift(
  session: Session,
  planned: readonly Planned[],
  stands: readonly LedgerStand[],
): Promise<Drift> {
  const { project, settings, pinned } = session
  const movers = connectMovers(settings, project.clock)
  const applied = planned.flatMap(({ target, summary: { view } }) =>
    view.before === undefined ? [] : [{ service: target.service, before: view.before }],
  )
  const [running, found] = await Promise.all([
    sideBySide(applied, mostReadAtOnce, async ({ service, before }) => {
      const stand = stands.find(one => one.service === service)
      const good = stand?.state.good ?? []
      const running = await readRunning(movers, project.stores, unwrap(before), good)
      const isHeld = !running.isApplied && isHeldThere(running, { hold: stand?.hold, good: good[0] })
      const phase = stand && inPhase(stand.state, stand.time)
      const heldBy = isHeld ? stand?.hold : undefined
      return { service, ...running, heldBy, isOnItsWay: isOnItsWay(running, phase) }
    }),
    attemptAsync(() => findOrphanedStates(project, settings, pinned)),
  ])
  const orphans = valueIn(found) ?? []
  // Credentials of this environment may well have no rights on what is left of another.
  const own = orphans.filter(({ environment }) => environment === pinned.name)
  return {
    pointers: valuesOf(running),
    orphans,
    errors: errorsOf([...running, found, ...own.map(({ resources }) => resources)]),
  }
}
