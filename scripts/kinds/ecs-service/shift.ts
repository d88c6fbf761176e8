import type { Deployment } from './deployment.ts'
import { printTaskDefinition } from './names.ts'

/** A revision of a service in a service deployment: what it runs, and in which target group its tasks are. */
export type ServiceRevision = { readonly taskDefinition: string; readonly group: string | undefined }

/** A service deployment: the way from one revision to another, its own rollback included. */
export type ServiceDeployment = {
  readonly arn: string
  readonly status: string
  readonly reason: string | undefined
  readonly stage: string | undefined
  /** The id of the hook that waits to be continued. */
  readonly hook: string | undefined
  readonly source: ServiceRevision | undefined
  readonly target: ServiceRevision
  /** The share of the traffic, in percent, that ECS says the target has. */
  readonly share: number | undefined
}

/** A service that shifts traffic, as seen at one time. */
export type ShiftSeen = {
  readonly primary: Deployment
  /** What each target group gets by the rule, in percent; undefined if the service has no rule yet. */
  readonly weights: Readonly<Record<string, number>> | undefined
  /** The revision of the primary deployment. */
  readonly running: ServiceRevision | undefined
  /** The service deployment in progress or, where the primary one is not what is asked about, the newest one. */
  readonly newest: ServiceDeployment | undefined
}

/** How far a service has shifted towards a task definition. */
export type Shifted = {
  readonly shares: Readonly<Record<string, number>>
  readonly stage: 'none' | 'preparing' | 'waiting' | 'moving'
  readonly wentBack: string | undefined
  readonly changed: string | undefined
}

// Amazon ECS API reference, ServiceDeployment, lifecycleStage: no production traffic has shifted before or in these.
const stagesBefore = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
]

/** Whether a service deployment still goes where it was to go. */
function isForward({ status }: ServiceDeployment): boolean {
  return status === 'PENDING' || status === 'IN_PROGRESS'
}

/** The deployment of a task definition in progress. */
export function deploymentTo(revision: string, { newest }: ShiftSeen): ServiceDeployment | undefined {
  const isOurs = newest?.target.taskDefinition === revision
  return newest !== undefined && isOurs && isForward(newest) ? newest : undefined
}

/**
 * Tells where the traffic of a service goes on its way to a task definition. The rule says it, not ECS: deployments have
 * been seen to go on although the weights were not what ECS took them for.
 */
export function shiftedTo(revision: string, seen: ShiftSeen): Shifted {
  const ours = deploymentTo(revision, seen)
  if (ours === undefined) return atRest(revision, seen)
  const stage = stageOf(ours)
  const share = shareOf(ours.target, seen) ?? 0
  const believed = stage === 'preparing' ? 0 : (ours.share ?? share)
  return {
    shares: sharesOf(ours, share),
    stage,
    wentBack: undefined,
    // While it moves, the rule may be ahead of what ECS says, or behind.
    changed: stage === 'moving' ? undefined : elsewhere(seen, ours.target, believed),
  }
}

function atRest(revision: string, seen: ShiftSeen): Shifted {
  const { newest, primary, running } = seen
  const isBack = newest?.target.taskDefinition === revision && primary.taskDefinition !== revision
  return {
    shares: { [primary.taskDefinition]: 100 },
    stage: 'none',
    wentBack: isBack ? `ECS went back: ${newest?.reason ?? 'it gives no reason'}` : undefined,
    changed: elsewhere(seen, running, 100),
  }
}

function stageOf({ stage, hook }: ServiceDeployment): Shifted['stage'] {
  if (stage === undefined || stagesBefore.includes(stage)) return 'preparing'
  return hook === undefined ? 'moving' : 'waiting'
}

function shareOf({ group }: ServiceRevision, { weights }: ShiftSeen): number | undefined {
  return weights === undefined || group === undefined ? undefined : (weights[group] ?? 0)
}

function sharesOf({ source, target }: ServiceDeployment, share: number): Record<string, number> {
  if (source === undefined || source.taskDefinition === target.taskDefinition)
    return { [target.taskDefinition]: 100 }
  const both = [
    [source.taskDefinition, 100 - share],
    [target.taskDefinition, share],
  ] as const
  return Object.fromEntries(both.filter(([, percent]) => percent > 0))
}

/** What the rule does otherwise than ECS says, which somebody else must have done. */
function elsewhere(
  seen: ShiftSeen,
  target: ServiceRevision | undefined,
  believed: number,
): string | undefined {
  const share = target && shareOf(target, seen)
  if (target === undefined || share === undefined || share === believed) return undefined
  return `the rule of its load balancer gives ${printTaskDefinition(target.taskDefinition)} ${share} % of the traffic, and ECS has given it ${believed} %`
}

/** The weights of a rule in percent. */
export function percentages(weights: Readonly<Record<string, number>>): Record<string, number> {
  const all = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  const percent = (weight: number) => (all === 0 ? 0 : Math.round((weight / all) * 1000) / 10)
  return Object.fromEntries(Object.entries(weights).map(([group, weight]) => [group, percent(weight)]))
}
