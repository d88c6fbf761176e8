import type { Traffic } from './seen.ts'

/** Shares in percent, the same in words, and what a platform says of itself that shifts on its own. */
export type Shares = {
  readonly shares: Readonly<Record<string, number>>
  readonly says: string
  readonly stage?: 'none' | 'preparing' | 'waiting' | 'moving'
  readonly wentBack?: string | undefined
  readonly changed?: string | undefined
}

/** Where the traffic is, seen from a rollout from `stable` to `revision`. */
export function trafficOf(
  { shares, says, stage, wentBack, changed }: Shares,
  revision: string,
  stable: string | undefined,
): Traffic {
  if (changed !== undefined) return { state: 'unexplained', says: changed }
  if (wentBack !== undefined) return { state: 'went back', why: wentBack }
  const isKnown = Object.keys(shares).every(one => one === revision || one === stable)
  if (!isKnown) return { state: 'unexplained', says }
  return { state: stage === 'moving' ? 'moving' : 'at rest', share: shares[revision] ?? 0 }
}
