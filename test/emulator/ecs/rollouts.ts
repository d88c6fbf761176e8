import type { EcsState, RolloutOutcome } from './state.ts'

/** How rollouts of a service end from now on, in every account and region. */
export type RolloutWish = {
  cluster: string
  service: string
  outcome: RolloutOutcome
  /** How many deployments it is for; default: all until told otherwise. */
  times?: number
}

/** Notes the wish, for the rollout in progress and for those to come; a rollback by ECS itself always completes. */
export function setRollout(
  state: EcsState,
  { cluster, service: name, outcome, times = Number.POSITIVE_INFINITY }: RolloutWish,
): void {
  const inProgress = [...state.services.values()]
    .filter(service => service.cluster.name === cluster && service.name === name)
    .flatMap(({ deployments: [primary] }) => (primary?.rolloutState === 'IN_PROGRESS' ? [primary] : []))
    .filter(({ record, revision }) => !record.rollback && revision.pullProblem === undefined)
  for (const deployment of inProgress) deployment.outcome = outcome
  state.rollouts.set(`${cluster}/${name}`, { outcome, times: times - (inProgress.length > 0 ? 1 : 0) })
}
