import type { Metrics } from '../cloudwatch/metrics.ts'

/** What came of a request: who answered with which status, and how long a target took, in milliseconds. */
export type Outcome = { balancer: string; status: number } & (
  | { group: string; by: 'target'; durationMs: number }
  | { group?: string; by: 'balancer' }
)

/**
 * Records what Application Load Balancers measure, with every set of dimensions that they have (Elastic Load Balancing
 * user guide, "CloudWatch metrics for your Application Load Balancer"): a request counts once a target was chosen, and
 * a status is the target's or the load balancer's. There is one Availability Zone.
 */
export function recordOutcome(metrics: Metrics, outcome: Outcome): void {
  const { balancer, group, status } = outcome
  const [, , , region = '', account = ''] = balancer.split(':')
  const LoadBalancer = balancer.split(':loadbalancer/')[1] ?? ''
  const AvailabilityZone = `${region}a`
  const own = [{ LoadBalancer }, { AvailabilityZone, LoadBalancer }]
  const TargetGroup = group?.split(':').at(-1) ?? ''
  const all = group === undefined ? own : [...own, ...own.map(dimensions => ({ ...dimensions, TargetGroup }))]
  const record = (name: string, sets: Record<string, string>[], value = 1) => {
    for (const dimensions of sets)
      metrics.record({ account, region }, { namespace: 'AWS/ApplicationELB', name, dimensions }, value)
  }
  const family = `${Math.floor(status / 100)}XX`
  if (group !== undefined) record('RequestCount', all)
  if (outcome.by === 'target') {
    record(`HTTPCode_Target_${family}_Count`, all)
    record('TargetResponseTime', all, outcome.durationMs / 1000)
    return
  }
  record(`HTTPCode_ELB_${family}_Count`, own)
  record(`HTTPCode_ELB_${status}_Count`, own)
}
