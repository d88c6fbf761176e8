import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivate } from '../../base/io/private-file.ts'
import { UserError } from '../../base/user-error.ts'
import { type Digest, digestFromHex } from '../../names/digest.ts'
import { stackId } from '../../names/target.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import { verifyPin } from '../../pin/io/verify-pin.ts'
import { runFolder } from '../../stack/io/synth.ts'
import { openStack, planFile, readPlan } from '../../terraform/io/stack.ts'
import { checkPlan, type PlanBundle, unpackPlan } from '../bundle.ts'
import { planErrors } from '../errors.ts'
import { requireApplicable } from '../permission.ts'
import type { Planned } from './plan-targets.ts'
import type { Session } from './session.ts'
import type { PlanStore } from './store.ts'
import { summarize } from './summarize.ts'
import { targetStack } from './target-stack.ts'

/**
 * Reads an approved plan. Throws a `UserError` if the file does not have the SHA-256 `PLAN_SHA256`, or if the plan is for
 * another target or pin.
 */
export async function readApprovedPlan(
  store: PlanStore,
  { PLAN, PLAN_SHA256 }: { PLAN: string; PLAN_SHA256?: string | undefined },
  target: PinnedTarget,
): Promise<PlanBundle & { readonly sha256: Digest }> {
  if (PLAN_SHA256 === undefined) {
    throw new UserError(
      planErrors['plan-hash-missing'],
      'PLAN needs PLAN_SHA256, so that only the approved plan is applied',
    )
  }
  const bytes = await store.read(PLAN)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== PLAN_SHA256) {
    throw new UserError(planErrors['plan-hash'], `${PLAN} is not the plan that was approved`, {
      cause: `its SHA-256 is ${sha256}, but the approved one is ${PLAN_SHA256}`,
    })
  }
  const bundle = unpackPlan(bytes, PLAN)
  checkPlan(bundle.about, target, target.pinText, target.pin)
  return { ...bundle, sha256: digestFromHex(sha256) }
}

/** Puts an approved plan into its own folder, ready to be applied. `remove` removes the folder. */
export async function restorePlan(
  session: Session,
  target: PinnedTarget,
  { about, sha256, ...bundle }: PlanBundle & { readonly sha256: Digest },
): Promise<{ planned: Planned; remove(): Promise<void> }> {
  const { project, terraform } = session
  // Before Terraform starts, and in a dry run, which applies nothing.
  await verifyPin(project, target)
  const { folder, remove } = await runFolder(project.git.root)
  try {
    // As deep as a synth writes it, since modules of the service are named from there.
    const stack = targetStack(session, target, join(folder, 'stacks', stackId(target)))
    await mkdir(stack.folder, { recursive: true })
    await Promise.all([
      writePrivate(join(stack.folder, 'cdk.tf.json'), bundle.stack),
      writePrivate(join(stack.folder, planFile), bundle.plan),
      ...Object.entries(bundle.own).map(([name, text]) => writePrivate(join(stack.folder, name), text)),
    ])
    await openStack(terraform, stack, session.request.unlock)
    const view = await readPlan(terraform, stack)
    requireApplicable(view, stack.title)
    const summary = await summarize(session, target, view)
    return { planned: { target, stack, summary, approved: { sha256, about } }, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
