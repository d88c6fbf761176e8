import { count } from '../../base/printable.ts'
import { printMinutes } from '../../strategy/phases.ts'
import type { Step } from '../next-step.ts'
import type { Seen } from '../seen.ts'
import { type Following, phaseOf, printAlarms, printArms, printPhase } from './following.ts'

/** A line about a rollout for a log. The key stays the same until something changes that matters, so no line is said twice. */
export type LogLine = { readonly key: string; readonly text: string }

/** What a log says about a rollout now. */
export function logLine({ seen, step }: Following): LogLine {
  switch (step.step) {
    case 'wait':
      return watching(seen, step)
    case 'shift':
      return shifting(seen, step)
    default:
      return { key: `${step.step} in ${phaseOf(seen)?.phase}`, text: describeStep(seen, step) }
  }
}

type Wait = Extract<Step, { step: 'wait' }>
type Shift = Extract<Step, { step: 'shift' }>

function watching(seen: Seen, { until, note }: Wait): LogLine {
  const at = phaseOf(seen)?.phase ?? 0
  const says = [
    `${printPhase(at, seen)}: ${seen.phases[at]?.share} % of the traffic until ${printClock(until)}`,
    printArms(seen.arms),
    ...alarms(seen),
    ...(note === undefined ? [] : [`noted: ${note}`]),
  ]
  return { key: keyOf(at, seen, note !== undefined), text: says.join('; ') }
}

/** Has the key of the phase that it begins, which so needs no line of its own. */
function shifting(seen: Seen, { phase, share }: Shift): LogLine {
  const minutes = seen.phases[phase]?.minutes ?? 0
  const lasts = minutes === 0 ? '' : ` for ${printMinutes(minutes)}`
  const before = phaseOf(seen)?.phase
  const ended = before === undefined || before === phase ? [] : [`before, ${printArms(seen.arms)}`]
  const says = [`${printPhase(phase, seen)}: ${share} % of the traffic${lasts}`, ...ended]
  return { key: keyOf(phase, seen, false), text: says.join('; ') }
}

function keyOf(phase: number, { alarms }: Seen, hasNote: boolean): string {
  return JSON.stringify([phase, alarms, hasNote])
}

function describeStep(seen: Seen, step: Exclude<Step, Wait | Shift>): string {
  switch (step.step) {
    case 'refuse':
      return `does not begin: ${step.why}`
    case 'smoke':
      return 'the smoke check calls the new revision'
    case 'probe':
      return `makes up for missing traffic with ${count(step.calls, 'smoke call')}`
    case 'complete':
      return `all checks passed; ${printArms(seen.arms)}`
    case 'back':
      return `all traffic goes back: ${step.why}`
    case 'hold':
      return 'is held where it is'
    case 'yield':
      return `stops for somebody else: ${step.to}`
  }
}

function alarms(seen: Seen): string[] {
  const says = printAlarms(seen)
  return says === undefined ? [] : [`alarms: ${says}`]
}

function printClock(time: Date): string {
  return `${time.toISOString().slice(11, 16)} UTC`
}
