import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../base/user-error.ts'
import { stackId } from '../../names/target.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import { verifyPin } from '../../pin/io/verify-pin.ts'
import { runFolder } from '../../stack/io/synth.ts'
import { openStack, planFile, readPlan } from '../../terraform/io/stack.ts'
import { checkPlan, type PlanBundle, unpackPlan } from '../bundle.ts'
import { planErrors } from '../errors.ts'
import type { Planned } from './plan-targets.ts'
import type { Session } from './session.ts'
import type { PlanStore } from './store.ts'
import { summarize } from './summarize.ts'
import { targetStack } from './target-stack.ts'

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
    throw new UserError(
      planErrors['plan-hash-missing'],
      'PLAN needs PLAN_SHA256, so that what is applied is what was approved',
      {
        remedy: 'make plan … OUT=<file> prints it.',
      },
    )
  }
  const bytes = await store.read(PLAN)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== PLAN_SHA256) {
    throw new UserError(planErrors['plan-hash'], `${PLAN} is not the plan that was approved`, {
      cause: `its SHA-256 is ${sha256}, and the approved one is ${PLAN_SHA256}`,
      remedy: 'Take the file that was approved, or plan again and let the new plan be approved.',
    })
  }
  const bundle = unpackPlan(bytes, PLAN)
  checkPlan(bundle.about, target, target.pinText, target.pin)
  return bundle
}

/** Puts an approved plan into a folder of its own, ready to be applied; `remove` takes the folder away. */
export async function restorePlan(
  session: Session,
  target: PinnedTarget,
  bundle: PlanBundle,
): Promise<{ planned: Planned; remove(): Promise<void> }> {
  const { workspace, terraform } = session
  const record = await verifyPin(workspace.stores, target, target.pin)
  const { folder, remove } = await runFolder(workspace.git.root)
  try {
    const stack = targetStack(session, target, join(folder, stackId(target)))
    await mkdir(stack.folder)
    await Promise.all([
      writeFile(join(stack.folder, 'cdk.tf.json'), bundle.stack),
      writeFile(join(stack.folder, planFile), bundle.plan, { mode: 0o600 }),
    ])
    await openStack(terraform, stack, session.request.unlock)
    const summary = await summarize(session, target, await readPlan(terraform, stack))
    return { planned: { target, record, stack, summary, isOld: true }, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
