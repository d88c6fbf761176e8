import type { Traffic } from './next-step.ts'

/** Where the traffic is, seen from a rollout from `stable` to `revision`. */
export function trafficOf(
  { shares, says }: { readonly shares: Readonly<Record<string, number>>; readonly says: string },
  revision: string,
  stable: string | undefined,
): Traffic {
  const isKnown = Object.keys(shares).every(one => one === revision || one === stable)
  return isKnown ? { state: 'at rest', share: shares[revision] ?? 0 } : { state: 'unexplained', says }
}
