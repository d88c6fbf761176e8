import type { Owner } from '../cloudwatch/metrics.ts'
import type { Call, ServiceName } from '../protocol/protocol.ts'

/** Says whether a call may go through now; takes a token when it may. */
export type Quotas = (caller: Owner, service: ServiceName, operation: Call['operation']) => boolean

/**
 * What AWS lets through a second by default, of what a rollout calls: Lambda's control plane is one quota for all of its
 * operations but GetFunction and Invoke (AWS Lambda developer guide and CloudWatch user guide, Quotas).
 */
export const documentedQuotas = {
  'lambda:control-plane': 15,
  GetFunction: 100,
  GetMetricData: 50,
  DescribeAlarms: 9,
}

/** Token buckets, one for each account, region and operation, or pool of them, that hold one second's worth and start full. */
export function createQuotas(
  rates: Record<string, number>,
  now: () => number = () => performance.now(),
): Quotas {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return ({ account, region }, service, operation) => {
    const name = quotaOf(service, operation)
    const rate = rates[name]
    if (rate === undefined) return true
    const key = `${account}/${region}/${name}`
    const time = now()
    const bucket = buckets.get(key) ?? { tokens: rate, at: time }
    const tokens = Math.min(rate, bucket.tokens + ((time - bucket.at) / 1000) * rate)
    const allowed = tokens >= 1
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: time })
    return allowed
  }
}

const ownQuota = new Set(['GetFunction', 'GetPolicy', 'Invoke'])

function quotaOf(service: ServiceName, operation: string): string {
  return service === 'lambda' && !ownQuota.has(operation) ? 'lambda:control-plane' : operation
}
