import { printPhases } from '../strategy/phases.ts'
import type { Seen, Step } from './next-step.ts'

/** What is true of a rollout at a moment, and what comes next. */
export type Following = { readonly seen: Seen; readonly step: Step }

/** One line about a rollout, for whoever follows it; the same text as long as nothing has changed that matters. */
export function describeFollowing({ seen, step }: Following): string {
  const { phases, claim, traffic } = seen
  const at = claim.by === 'us' ? claim.begun?.phase : undefined
  const where = at === undefined ? printPhases(phases) : `phase ${at + 1} of ${phases.length}`
  const share = 'share' in traffic ? `${traffic.share} % of the traffic` : traffic.state
  const next = step.step === 'wait' ? [`until ${printClock(step.until)}`, step.note] : [step.step]
  return [where, share, ...next].filter(Boolean).join(', ')
}

function printClock(time: Date): string {
  return `${time.toISOString().slice(11, 16)} UTC`
}
