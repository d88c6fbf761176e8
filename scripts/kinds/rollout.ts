/** An alias of a function, as Lambda has it. `weights` are the shares (0 to 1) of other versions. */
export type Alias = {
  readonly version: string
  readonly weights: Readonly<Record<string, number>>
  readonly revisionId: string
}

/** What to do with an alias: nothing, or move it while it is still at this revision. */
export type AliasDecision =
  | { readonly step: 'already done' }
  | { readonly step: 'move'; readonly revisionId: string }

/** Decides how an alias comes to send everything to a version. */
export function decideAlias(alias: Alias, version: string): AliasDecision {
  const whole = Object.keys(alias.weights).length === 0
  return alias.version === version && whole
    ? { step: 'already done' }
    : { step: 'move', revisionId: alias.revisionId }
}

/** One deployment of an ECS service. `rollout` is undefined where ECS does not say. */
export type Deployment = {
  readonly id: string
  readonly status: string
  readonly taskDefinition: string
  readonly rollout: string | undefined
  readonly reason: string | undefined
  readonly desired: number
  readonly running: number
}

/** How a deployment of an ECS service stands. */
export type DeploymentState =
  | { readonly state: 'running'; readonly running: number; readonly desired: number }
  | { readonly state: 'completed' }
  /** Somebody started the same task definition anew: that deployment is the one to wait for. */
  | { readonly state: 'restarted'; readonly id: string }
  | { readonly state: 'rolled back'; readonly to: string; readonly reason: string }

/**
 * Judges a deployment by its id and task definition. A service that is stable is no proof: after a rollback by the
 * circuit breaker or an alarm it is stable, too, with the task definition from before.
 */
export function judgeDeployment(
  all: readonly Deployment[],
  id: string,
  taskDefinition: string,
): DeploymentState {
  const own = all.find(one => one.id === id)
  const primary = all.find(({ status }) => status === 'PRIMARY')
  if (primary === undefined)
    return { state: 'rolled back', to: 'nothing', reason: 'the service has no primary deployment' }
  if (primary.taskDefinition !== taskDefinition)
    return { state: 'rolled back', to: primary.taskDefinition, reason: whyReplaced(own, primary) }
  if (primary.id !== id) return { state: 'restarted', id: primary.id }
  if (primary.rollout === 'FAILED')
    return { state: 'rolled back', to: stillRunning(all, primary), reason: primary.reason ?? noReason }
  if (primary.rollout === 'COMPLETED') return { state: 'completed' }
  return { state: 'running', running: primary.running, desired: primary.desired }
}

const noReason = 'ECS gives no reason'

function whyReplaced(own: Deployment | undefined, primary: Deployment): string {
  if (own?.rollout === 'FAILED') return own.reason ?? primary.reason ?? noReason
  // Either ECS has forgotten ours already, or somebody else deploys: the one that took its place knows.
  return `the deployment ${primary.id} took its place: ${primary.reason ?? noReason}`
}

/** Where rolling back is off, a failed deployment stays the primary one, beside the one that it should have replaced. */
function stillRunning(all: readonly Deployment[], failed: Deployment): string {
  const running = all.find(one => one !== failed && one.running > 0) ?? failed
  return running.running > 0 ? running.taskDefinition : 'nothing'
}
