import { createHash } from 'node:crypto'
import { checkPlan, type PlanBundle, unpackPlan } from '../core/plan-bundle.ts'
import { UserError } from '../core/user-error.ts'
import type { PlanStore } from './plan-store.ts'
import type { PinnedTarget } from './targets.ts'

/**
 * Reads a plan that somebody has approved; a file that is not the one of that SHA-256, or a plan of another target or
 * pin, is a `UserError`.
 */
export async function readApprovedPlan(
  store: PlanStore,
  { PLAN, PLAN_SHA256 }: { PLAN: string; PLAN_SHA256?: string | undefined },
  target: PinnedTarget,
): Promise<PlanBundle> {
  if (PLAN_SHA256 === undefined) {
    throw new UserError('PLAN needs PLAN_SHA256, so that what is applied is what was approved', {
      remedy: 'make plan … OUT=<file> prints it.',
    })
  }
  const bytes = await store.read(PLAN)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== PLAN_SHA256) {
    throw new UserError(`${PLAN} is not the plan that was approved`, {
      reason: `its SHA-256 is ${sha256}, and the approved one is ${PLAN_SHA256}`,
      remedy: 'Take the file that was approved, or plan again and let the new plan be approved.',
      refusal: 'refused',
    })
  }
  const bundle = unpackPlan(bytes, PLAN)
  checkPlan(bundle.about, target, target.pinText, target.pin)
  return bundle
}
