import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import { rolloutMinutes, type ServiceConfig } from '../../catalogue/service-config.ts'
import { serviceJsonSource } from '../../catalogue/sources.ts'
import { kindOf } from '../../kinds/all.ts'
import type { Applied } from '../../kinds/applied.ts'
import { printTarget } from '../../names/target.ts'
import { type PinnedTarget, requirePinsUnchanged } from '../../pin/io/pinned.ts'
import { mostAtOnce, type Planned } from '../../plan/io/plan-targets.ts'
import type { Session } from '../../plan/io/session.ts'
import { type RolloutTools, rollOut } from '../../rollout/io/roll-out.ts'
import { applyPlan } from '../../terraform/io/stack.ts'
import { countActions } from '../../terraform/plan-json.ts'
import type { Deployed } from '../report.ts'
import { releasedDigests } from './released-digests.ts'

/** Applies plans side by side, each exactly as it is, and sends the traffic to what was applied. */
export async function deployTargets(
  session: Session,
  tools: RolloutTools,
  planned: readonly Planned[],
): Promise<Outcome<PinnedTarget, Deployed>[]> {
  const targets = planned.map(({ target }) => target)
  // Between the plan and now a person may have looked at it for an hour.
  await requirePinsUnchanged(session.workspace, session.pinned, targets, 'Nothing was applied.')
  let ended = 0
  const results = await sideBySide(planned, mostAtOnce, async one => {
    const deployed = await deployTarget(session, tools, one)
    session.request.progress(`deployed ${++ended} of ${targets.length}`)
    return deployed
  })
  return results.map(result => ({ ...result, target: result.target.target }))
}

async function deployTarget(session: Session, tools: RolloutTools, planned: Planned): Promise<Deployed> {
  const { target, record, summary } = planned
  const { view, from, to } = summary
  const config = session.pinned.services.get(target.service) as ServiceConfig
  // An approved plan is applied whatever this work tree says, so its faults are to be found before that.
  const strategyMinutes = rolloutMinutes(config, target.environment, serviceJsonSource(target.service))
  const [applied, digests] = await Promise.all([
    applyTarget(session, planned),
    releasedDigests(session.workspace.stores, record, kindOf(config)),
  ])
  session.request.progress(`${target.service}: sending the traffic to what was applied`)
  const rollout = { target, tag: target.pin.tag, applied, digests, strategyMinutes }
  const pointer = await rollOut(tools, rollout)
  const result = view.isEmpty && pointer === 'already done' ? 'already done' : 'deployed'
  return { service: target.service, result, from, to, changes: countActions(view), applied }
}

async function applyTarget(session: Session, { target, stack, summary, isOld }: Planned): Promise<Applied> {
  const { view } = summary
  // An old plan is applied though it changes nothing: Terraform refuses it when the state has changed since.
  const isNeeded = !view.isEmpty || isOld
  const outputs = isNeeded
    ? await applyPlan(session.terraform, stack, text =>
        session.request.progress(`${target.service}: ${text}`),
      )
    : view.before
  if (outputs === undefined)
    throw new TypeError(`the stack of ${printTarget(target)} has no output "applied"`)
  if (isNeeded) {
    // While it was applied, a rollback may have begun: the traffic is that one's, then.
    const done = 'It was applied, and no traffic was sent to it.'
    await requirePinsUnchanged(session.workspace, session.pinned, [target], done)
  }
  return outputs
}
