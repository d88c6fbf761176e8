import { nthPlace } from '../shares.ts'
import type { Target, TargetGroup } from './state.ts'

/** The target groups of an action with their weights. */
export type Weighted = readonly { group: string; weight: number }[]

/** The group of the nth request by the weights; undefined if all of them are 0. */
export function chooseGroup(weighted: Weighted, seed: number, n: number): string | undefined {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
  const place = nthPlace(seed, n) * total
  let upTo = 0
  return weighted.find(({ weight }) => {
    upTo += weight
    return place < upTo
  })?.group
}

/**
 * The target of the nth request of a group, in turn. If none is healthy all of them get requests (Elastic Load Balancing
 * user guide, "Target group health"); undefined if there is none.
 */
export function chooseTarget({ targets }: TargetGroup, n: number): Target | undefined {
  const healthy = targets.filter(({ health }) => health === 'healthy')
  const open = healthy.length > 0 ? healthy : targets
  return open[n % open.length]
}
