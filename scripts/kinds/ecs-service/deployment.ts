/** One deployment of an ECS service. `rollout` is undefined if ECS gives no state. */
export type Deployment = {
  readonly id: string
  readonly status: string
  readonly taskDefinition: string
  readonly rollout: string | undefined
  readonly reason: string | undefined
  readonly desired: number
  readonly running: number
}

/** The state of a task definition's deployment. */
export type DeploymentState =
  | { readonly state: 'moving' }
  | { readonly state: 'arrived' }
  | { readonly state: 'went back'; readonly to: string; readonly why: string }
  | { readonly state: 'taken over'; readonly by: string }

/** The deployment that ECS is moving a service to, or has moved it to. */
export function primaryOf(all: readonly Deployment[]): Deployment | undefined {
  return all.find(({ status }) => status === 'PRIMARY')
}

/**
 * Judges the deployment of a task definition; `before` is the task definition that ran before, if known. A stable service
 * proves nothing: after a rollback by the circuit breaker or an alarm it is stable too, with the previous task
 * definition, which is the only one that ECS itself rolls back to.
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
  // Either ECS has already forgotten our deployment or somebody else is deploying; its replacement has the reason.
  return `the deployment ${primary.id} took its place: ${primary.reason ?? noReason}`
}

/** With rollback off, a failed deployment stays primary next to the one that it should have replaced. */
function stillRunning(all: readonly Deployment[], failed: Deployment): string {
  const running = all.find(one => one !== failed && one.running > 0) ?? failed
  return running.running > 0 ? running.taskDefinition : 'nothing'
}

/**
 * Where to go back to by the successful deployments alone, newest first: what ran before what runs now, without what was
 * gone back from. It is what runs now if the newest deployment went back to it.
 */
export function fallbackFor(successful: readonly string[], running: string): string | undefined {
  const kept: string[] = []
  let wentBack = false
  for (const one of successful.toReversed()) {
    const at = kept.indexOf(one)
    wentBack = at !== -1 && at < kept.length - 1
    kept.splice(at === -1 ? kept.length : at, kept.length, one)
  }
  const at = kept.indexOf(running)
  if (at === -1) return kept.at(-1)
  return wentBack && at === kept.length - 1 ? running : kept[at - 1]
}
