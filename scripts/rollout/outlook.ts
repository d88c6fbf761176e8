import type { Attempt } from '../base/attempt.ts'
import type { SummaryLine } from '../plan/summary.ts'
import { type Phases, printPhases } from '../strategy/phases.ts'
import type { RolloutPlan } from '../strategy/plan.ts'
import {
  type Detection,
  detections,
  printDetection,
  type UsualTraffic,
  warnOfFewRequests,
} from './detection.ts'

/** What the phases of a planned rollout can detect, judging by the usual traffic. */
export type Outlook = {
  readonly phases: Phases
  /** Empty where the usual traffic is not known. */
  readonly detections: readonly Detection[]
  /** About phases that see too little. */
  readonly warning: string | undefined
  /** Why the usual traffic is not known. */
  readonly problem: string | undefined
}

/** Whether any phase lasts, so that something can be detected in it. */
export function hasOutlook({
  phases,
  isLeftToPlatform,
}: Pick<RolloutPlan, 'phases' | 'isLeftToPlatform'>): boolean {
  return isLeftToPlatform !== true && phases.some(({ minutes }) => minutes > 0)
}

/** What a rollout can detect; `usual` is the traffic of last week, undefined if there was none. */
export function outlookOf(plan: RolloutPlan, usual: Attempt<UsualTraffic | undefined>): Outlook {
  const { phases, criteria, smoke } = plan
  const unknown = { phases, detections: [], warning: undefined }
  if ('error' in usual) {
    const { message, cause } = usual.error
    return { ...unknown, problem: [message, cause].filter(Boolean).join(': ') }
  }
  if (usual.value === undefined) return { ...unknown, problem: 'it had no requests in the last week' }
  const all = detections(phases, criteria, usual.value)
  const warning = warnOfFewRequests(all, criteria, smoke !== undefined)
  return { phases, detections: all, warning, problem: undefined }
}

/** The lines of an outlook below those of its plan. */
export function printOutlook({ phases, detections, warning, problem }: Outlook): SummaryLine[] {
  return [
    { text: `    rollout: ${printPhases(phases)}` },
    ...detections.map((one): SummaryLine => ({ text: `      ${printDetection(one)}` })),
    ...(warning === undefined ? [] : [{ text: `      ${warning}`, colour: 'yellow' } as const]),
    ...(problem === undefined
      ? []
      : [{ text: `      what its phases detect is not known: ${problem}`, colour: 'yellow' } as const]),
  ]
}
