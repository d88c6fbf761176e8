import { UserError } from '../../base/user-error.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import { readApprovedPlan, restorePlan } from '../../plan/io/approved.ts'
import { type Plans, planTargets } from '../../plan/io/plan-targets.ts'
import { requireRemoteHead } from '../../plan/io/remote-head.ts'
import type { Session } from '../../plan/io/session.ts'
import { planStore } from '../../plan/io/store.ts'
import { deployErrors } from '../errors.ts'

type PlanOptions = { readonly PLAN?: string | undefined; readonly PLAN_SHA256?: string | undefined }

/** Plans what is to be deployed, or restores an approved plan. */
export async function makePlans(
  session: Session,
  targets: readonly PinnedTarget[],
  { PLAN, PLAN_SHA256 }: PlanOptions,
  folder: string,
): Promise<Plans> {
  const { project, pinned, settings } = session
  if (PLAN === undefined) {
    // Only here, since an approved plan contains its stack and uses nothing from this work tree.
    const services = targets.map(({ service }) => service)
    return await planTargets(session, targets, requireRemoteHead(project, pinned.head, services))
  }
  const [target] = targets
  if (target === undefined || targets.length > 1)
    throw new UserError(deployErrors['deploy-several-plans'], 'PLAN belongs to one service')
  const store = planStore(settings, pinned.environment, { folder, clock: project.clock })
  const bundle = await readApprovedPlan(store, { PLAN, PLAN_SHA256 }, target)
  const { planned, remove } = await restorePlan(session, target, bundle)
  return { results: [{ target, value: planned }], synthMs: 0, remove }
}
