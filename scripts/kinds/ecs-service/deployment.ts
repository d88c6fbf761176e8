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

/** How the deployment of a task definition stands. */
export type DeploymentState =
  | { readonly state: 'moving' }
  | { readonly state: 'arrived' }
  | { readonly state: 'went back'; readonly to: string; readonly why: string }
  | { readonly state: 'taken over'; readonly by: string }

/** The deployment that ECS brings a service to. */
export function primaryOf(all: readonly Deployment[]): Deployment | undefined {
  return all.find(({ status }) => status === 'PRIMARY')
}

/**
 * Judges how the deployment of a task definition stands; `before` is the one that ran before, where that is known. A
 * service that is stable is no proof: after a rollback by the circuit breaker or an alarm it is stable, too, with the
 * task definition from before. ECS itself goes back to that one and to no other.
 */
export function judgeDeployment(
  all: readonly Deployment[],
  { revision, before }: { readonly revision: string; readonly before: string | undefined },
): DeploymentState {
  const primary = primaryOf(all)
  if (primary === undefined)
    return { state: 'went back', to: 'nothing', why: 'the service has no primary deployment' }
  if (primary.taskDefinition !== revision) {
    if (before !== undefined && primary.taskDefinition !== before)
      return { state: 'taken over', by: primary.taskDefinition }
    return { state: 'went back', to: primary.taskDefinition, why: whyReplaced(all, revision, primary) }
  }
  if (primary.rollout === 'FAILED')
    return { state: 'went back', to: stillRunning(all, primary), why: primary.reason ?? noReason }
  return { state: primary.rollout === 'COMPLETED' ? 'arrived' : 'moving' }
}

const noReason = 'ECS gives no reason'

function whyReplaced(all: readonly Deployment[], revision: string, primary: Deployment): string {
  const failed = all.find(one => one.taskDefinition === revision && one.rollout === 'FAILED')
  if (failed !== undefined) return failed.reason ?? primary.reason ?? noReason
  // Either ECS has forgotten ours already, or somebody else deploys: the one that took its place knows.
  return `the deployment ${primary.id} took its place: ${primary.reason ?? noReason}`
}

/** Where rolling back is off, a failed deployment stays the primary one, beside the one that it should have replaced. */
function stillRunning(all: readonly Deployment[], failed: Deployment): string {
  const running = all.find(one => one !== failed && one.running > 0) ?? failed
  return running.running > 0 ? running.taskDefinition : 'nothing'
}
