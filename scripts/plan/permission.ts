import { UserError } from '../base/user-error.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import type { PlanView, ResourceChange } from '../terraform/plan-json.ts'
import { planErrors } from './errors.ts'

// What holds releases or is used by several services, and what takes traffic: replacing one is an outage or a loss.
const shared = ['aws_lb', 'aws_alb', 'aws_lb_listener', 'aws_s3_bucket', 'aws_ecr_repository']
const guarded = new Set([...shared, ...kindNames.flatMap(name => kinds[name].guarded)])

/** The changes that a person must allow by their address, and has not. */
export function forbidden(view: PlanView, allowed: readonly string[]): ResourceChange[] {
  return view.changes.filter(
    ({ address, type, action }) =>
      (action === 'replace' || action === 'destroy') && guarded.has(type) && !allowed.includes(address),
  )
}

/**
 * Throws when a plan has changes that a person must allow by their address, and has not; `command` is what they would
 * run to allow them.
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
    remedy: `Undo the change that asks for it; or, if it is meant: ${command} ALLOW_REPLACE=${changes.map(({ address }) => address).join(',')}`,
  })
}
