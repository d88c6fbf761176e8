import { printMinutes } from '../../strategy/phases.ts'
import { type Following, minutesBetween, phaseOf, printAlarms, printArms, printPhase } from './following.ts'
import { logLine } from './log-line.ts'

/** The rollouts that somebody follows, by their services. */
export type Followed = ReadonlyMap<string, Following>

/** Some lines for each rollout, for a terminal: fewer where there is not enough room for all. */
export function printBlocks(all: Followed, rows: number): string[] {
  const blocks = [...all].map(([service, now]) => printBlock(service, now))
  const whole = blocks.flat()
  if (whole.length <= rows) return whole
  const heads = blocks.map(([head]) => head)
  if (heads.length <= rows) return heads
  const shown = heads.slice(0, Math.max(0, rows - 1))
  return [...shown, `… and ${heads.length - shown.length} more`]
}

function printBlock(service: string, now: Following): readonly [string, ...string[]] {
  const { seen, step } = now
  const at = phaseOf(seen)?.phase
  if (step.step !== 'wait' || at === undefined) return [`${service}: ${logLine(now).text}`]
  const left = `${printMinutes(Math.ceil(minutesBetween(seen.now, step.until)))} left`
  const details = [printArms(seen.arms), alarmsIn(now), step.note && `noted: ${step.note}`]
  return [
    `${service}: ${printPhase(at, seen)}, ${printShare(now, at)} of the traffic, ${left}`,
    ...details.filter(line => line !== undefined).map(line => `  ${line}`),
  ]
}

/** The share of a phase and, until the platform has brought it there, how far it is. */
function printShare({ seen: { traffic, phases } }: Following, at: number): string {
  const wanted = `${phases[at]?.share} %`
  if (!('share' in traffic) || traffic.share === phases[at]?.share) return wanted
  return `${traffic.share} % (of ${wanted})`
}

function alarmsIn({ seen }: Following): string | undefined {
  const says = printAlarms(seen)
  return says === undefined ? undefined : `alarms: ${says}`
}
