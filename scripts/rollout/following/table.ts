import { printMinutes } from '../../strategy/phases.ts'
import { printSample } from '../judge.ts'
import type { Step } from '../next-step.ts'
import { type Following, minutesBetween, phaseOf, printAlarms } from './following.ts'

/** The headings of the table of phases. */
export const phaseHeadings = [
  'service',
  'phase',
  'share',
  'for',
  'new revision',
  'verified one',
  'then',
] as const

/** A phase that a rollout went through, and what was seen of it last. */
export type PhaseRow = {
  readonly key: string
  /** As `phaseHeadings` says. */
  readonly cells: readonly string[]
  /** The alarms that it watched, and why it ended as it did: for tables with more room. */
  readonly alarms: string | undefined
  readonly why: string | undefined
}

/** The row of the phase that a rollout is in; undefined before the first. */
export function phaseRow(service: string, { seen, step }: Following): PhaseRow | undefined {
  const { phases, arms, now } = seen
  const begun = phaseOf(seen)
  const share = begun && phases[begun.phase]?.share
  if (begun === undefined || share === undefined) return undefined
  const cells = [
    service,
    `${begun.phase + 1} of ${phases.length}`,
    `${share} %`,
    printMinutes(Math.round(minutesBetween(begun.at, now))),
    printSample(arms.canary),
    printSample(arms.stable),
    printEnd(step),
  ]
  return { key: `${service} ${begun.phase}`, cells, alarms: printAlarms(seen), why: whyIn(step) }
}

function whyIn(step: Step): string | undefined {
  if (step.step === 'back') return step.why
  return step.step === 'yield' ? step.to : undefined
}

function printEnd(step: Step): string {
  if (step.step === 'shift') return `${step.share} %`
  return ends[step.step] ?? ''
}

const ends: Readonly<Partial<Record<Step['step'], string>>> = {
  complete: 'passed',
  back: 'back',
  hold: 'held',
  yield: 'left to another',
}
