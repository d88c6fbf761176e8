/** Says whether a call may go through now; takes a token when it may. */
export type Quotas = (account: string, region: string, operation: string) => boolean

/** Token buckets, one for each account, region and operation, that hold one second's worth and start full. */
export function createQuotas(
  rates: Record<string, number>,
  now: () => number = () => performance.now(),
): Quotas {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return (account, region, operation) => {
    const rate = rates[operation]
    if (rate === undefined) return true
    const key = `${account}/${region}/${operation}`
    const time = now()
    const bucket = buckets.get(key) ?? { tokens: rate, at: time }
    const tokens = Math.min(rate, bucket.tokens + ((time - bucket.at) / 1000) * rate)
    const allowed = tokens >= 1
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: time })
    return allowed
  }
}
