import { availableParallelism } from 'node:os'
import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import type { Digest } from '../../names/digest.ts'
import { printTarget } from '../../names/target.ts'
import { requireRecordedName } from '../../pin/artifact-name.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import { verifyPin } from '../../pin/io/verify-pin.ts'
import { importExisting } from '../../terraform/adopt/io/find.ts'
import { openStack, planStack, type Stack } from '../../terraform/io/stack.ts'
import type { PlanAbout } from '../bundle.ts'
import { requireApplicable } from '../permission.ts'
import type { PlanSummary } from '../summary.ts'
import type { Session } from './session.ts'
import { summarize } from './summarize.ts'
import { synthesizeTargets } from './synth-targets.ts'
import { targetStack } from './target-stack.ts'

/** A stack with its saved plan and the plan's summary. */
export type Planned = {
  readonly target: PinnedTarget
  readonly stack: Stack
  readonly summary: PlanSummary
  /** Where another session made the plan earlier, so that only an apply can show whether it is still valid. */
  readonly approved?: ApprovedPlan
}

/** A saved plan's SHA-256, and what it is for. */
export type ApprovedPlan = { readonly sha256: Digest; readonly about: PlanAbout }

/** The plans of some targets, and how long their synth took. `remove` removes their folders. */
export type Plans = {
  readonly results: readonly Outcome<PinnedTarget, Planned>[]
  readonly synthMs: number
  remove(): Promise<void>
}

/** Maximum number of Terraform processes at once: they wait about as much as they compute. */
export const terraformLimit = 2 * availableParallelism()

/**
 * Verifies the pins of some targets, synthesizes their stacks and plans each. Terraform starts only once `check`
 * resolves.
 */
export async function planTargets(
  session: Session,
  targets: readonly PinnedTarget[],
  check?: Promise<void>,
): Promise<Plans> {
  const { project, pinned, terraform, request, settings } = session
  const verifying = sideBySide(targets, targets.length, async target =>
    requireRecordedName(
      await verifyPin(project, target),
      pinned.services.get(target.service) as ServiceConfig,
    ),
  )
  const checked = check?.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  const [verified, synthesized, failed] = await Promise.all([
    verifying,
    synthesizeTargets(session, targets),
    checked,
  ])
  try {
    if (failed !== undefined) throw failed.error
    let ended = 0
    const results = await sideBySide(targets, terraformLimit, async (target): Promise<Planned> => {
      // Only for its error.
      resultFor(verified, target)
      const stack = targetStack(session, target, resultFor(synthesized.results, target))
      if (request.adopt) await importExisting(settings, stack.folder)
      await openStack(terraform, stack, request.unlock)
      const view = await planStack(terraform, stack, text => request.progress(`${target.service}: ${text}`))
      requireApplicable(view, stack.title)
      request.progress(`planned ${++ended} of ${targets.length}`)
      return { target, stack, summary: await summarize(session, target, view) }
    })
    return { results, synthMs: synthesized.synthMs, remove: synthesized.remove }
  } catch (error) {
    await synthesized.remove()
    throw error
  }
}

function resultFor<Value>(results: readonly Outcome<PinnedTarget, Value>[], target: PinnedTarget): Value {
  const result = results.find(one => one.target === target)
  if (result === undefined) throw new TypeError(`there is no result for ${printTarget(target)}`)
  if ('error' in result) throw result.error
  return result.value
}
