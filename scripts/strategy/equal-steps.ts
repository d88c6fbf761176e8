import { type Phase, type Phases, printPhases } from './phases.ts'

/** How a platform that only knows two phases, or steps of one size, is told to go through phases. */
export type EqualSteps =
  | { readonly type: 'whole' }
  /** One share, then the rest. */
  | { readonly type: 'canary'; readonly percent: number }
  /** Steps of this size, several of which make up a phase where they are followed by the next one at once. */
  | { readonly type: 'linear'; readonly percent: number }

/** What cannot be done in equal steps: why, and the nearest that can. */
export type Uneven = { readonly fault: string; readonly alternative: Phases }

// Amazon ECS API reference, LinearConfiguration, stepPercent.
const leastStep = 3
const roundTo = 5

/**
 * The equal steps that go through the shares of all phases. The last step always leads to 100 %, so it may be smaller than
 * the others.
 */
export function equalSteps(phases: Phases): EqualSteps | Uneven {
  const shares = phases.slice(0, -1).map(({ share }) => share)
  const [only, ...others] = shares
  if (only === undefined) return { type: 'whole' }
  if (others.length === 0) return { type: 'canary', percent: only }
  const percent = shares.reduce(greatestCommonDivisor)
  if (percent >= leastStep) return { type: 'linear', percent }
  const alternative = rounded(phases)
  const fault = `${printPhases(phases)} takes steps of ${percent} %, and the smallest that AWS takes is ${leastStep} %: use ${printPhases(alternative)}`
  return { fault, alternative }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** The same phases with every share at the nearest multiple of 5; of those that become one, the longest stays. */
function rounded(phases: Phases): Phases {
  const byShare = new Map<number, Phase>()
  for (const { share, minutes } of phases) {
    const near = share === 100 ? 100 : Math.min(95, Math.max(roundTo, Math.round(share / roundTo) * roundTo))
    byShare.set(near, { share: near, minutes: Math.max(minutes, byShare.get(near)?.minutes ?? 0) })
  }
  return [...byShare.values()] as [Phase, ...Phase[]]
}
