import type { Metric } from '../../aws/metric.ts'

/** The metrics of a target group: its requests, and how many of them its tasks answered with 5xx. */
export type GroupMetrics = { readonly requests: Metric; readonly errors: Metric }

/**
 * The metrics of a target group (Elastic Load Balancing user guide, "CloudWatch metrics for your Application Load
 * Balancer"). What the load balancer itself answers, such as 502, has no target group there.
 */
export function metricsOf(group: string, rule: string): GroupMetrics {
  const dimensions = {
    LoadBalancer: rule.split('/').slice(1, 4).join('/'),
    TargetGroup: group.split(':').at(-1) ?? '',
  }
  const metric = (name: string): Metric => ({ namespace: 'AWS/ApplicationELB', name, dimensions })
  return { requests: metric('RequestCount'), errors: metric('HTTPCode_Target_5XX_Count') }
}
