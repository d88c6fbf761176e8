import { UserError } from '../base/user-error.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import { managed } from '../terraform/plan-faults.ts'
import { isNewRevision, type PlanView, type ResourceChange } from '../terraform/plan-json.ts'
import { planErrors } from './errors.ts'

// Waybill knows only of its own resources which of them can be re-created without losing anything.
const harmless = new Set(Object.keys(managed))
// These hold releases, take traffic or serve several services, so replacing one is an outage or a loss.
const shared = ['aws_lb', 'aws_alb', 'aws_lb_listener', 'aws_s3_bucket', 'aws_ecr_repository']
const guarded = new Set([...shared, ...kindNames.flatMap(name => kinds[name].guarded)])

/** The changes that a person must allow by address and has not. What is taken over may be in use, whatever its type. */
export function forbidden(view: PlanView, allowed: readonly string[]): ResourceChange[] {
  const takenOver = new Set(view.imports.map(({ address }) => address))
  const isGuarded = (change: ResourceChange) =>
    guarded.has(change.type) ||
    !harmless.has(change.type) ||
    (takenOver.has(change.address) && !isNewRevision(change))
  return view.changes.filter(
    change =>
      (change.action === 'replace' || change.action === 'destroy') &&
      isGuarded(change) &&
      !allowed.includes(change.address),
  )
}

/**
 * Throws if a plan would do at once what takes several deploys, if two of its resources would be one in AWS, or if it
 * reads a secret, which would then stay in the state. `title` is as in "service-a in staging".
 */
export function requireApplicable(view: PlanView, title: string): void {
  requireSingleStep(view, title)
  if (view.same.length > 0)
    throw new UserError(planErrors['plan-same-name'], `two resources of ${title} have the same name`, {
      cause: view.same.join('\n'),
    })
  if (view.secretReads.length > 0)
    throw new UserError(planErrors['plan-reads-secret'], `the stack of ${title} reads a secret`, {
      cause: view.secretReads.join('\n'),
    })
}

function requireSingleStep({ tooMuchAtOnce }: PlanView, title: string): void {
  if (tooMuchAtOnce.length === 0) return
  const steps = [...new Set(tooMuchAtOnce.flatMap(one => one.steps))]
  throw new UserError(planErrors['plan-too-much'], `one deploy cannot change ${title} like this`, {
    cause: tooMuchAtOnce.map(({ why }) => why).join('\n'),
    remedy: steps.map((text, index) => `${index + 1}. ${text}`).join('\n'),
  })
}

/**
 * Throws if a plan has changes that a person must allow by address and has not; `command` is the command that would
 * allow them.
 */
export function requirePermission(
  view: PlanView,
  allowed: readonly string[],
  { problem, command }: { problem: string; command: string },
): void {
  const changes = forbidden(view, allowed)
  if (changes.length === 0) return
  throw new UserError(planErrors['plan-loses-resources'], problem, {
    cause: changes.map(({ address, action }) => `${address}: ${action}`).join('\n'),
    remedy: `Undo the change that causes it. If it is intended: ${command} ALLOW_REPLACE=${changes.map(({ address }) => address).join(',')}`,
  })
}
