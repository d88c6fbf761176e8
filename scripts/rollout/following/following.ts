import { type Arms, printSample } from '../judge.ts'
import type { Step } from '../next-step.ts'
import type { Begun, Seen } from '../seen.ts'

/** What is true of a rollout at a moment, and what comes next. */
export type Following = { readonly seen: Seen; readonly step: Step }

/** Hears of one rollout, as often as somebody looks at it. */
export type Follow = (now: Following) => void

/** The phase that a rollout is in; undefined before the first and where somebody else has taken over. */
export function phaseOf({ claim }: Seen): Begun | undefined {
  return claim.by === 'us' ? claim.begun : undefined
}

/** As in "phase 2 of 4"; `at` counts from 0. */
export function printPhase(at: number, { phases }: Pick<Seen, 'phases'>): string {
  return `phase ${at + 1} of ${phases.length}`
}

/** What failed on both arms of a phase, in words. */
export function printArms({ canary, stable }: Arms): string {
  return `failed: ${printSample(canary)} of the new revision, ${printSample(stable)} of the verified one`
}

/** The alarms in words, those that are not fine by name; undefined if none is watched. */
export function printAlarms({ alarms }: Pick<Seen, 'alarms'>): string | undefined {
  if (alarms.length === 0) return undefined
  const loud = alarms.filter(({ state }) => state !== 'ok')
  const fine = alarms.length - loud.length
  const named = loud.map(({ name, state }) => `${name}: ${state}`)
  return [...named, ...(fine > 0 ? [`${fine} fine`] : [])].join(', ')
}

/** The minutes between two moments; none if the second one is earlier. */
export function minutesBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 60_000)
}
