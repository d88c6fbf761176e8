import { z } from 'zod'
import { nearest } from '../base/nearest.ts'
import { quote } from '../base/printable.ts'
import { namedStrategies } from './names.ts'
import { type Phase, type Phases, printMinutes } from './phases.ts'

/** The phases that text names, or every reason why it names none. */
export type ParsedStrategy = { readonly phases: Phases } | { readonly faults: readonly string[] }

// As many as equal steps of 3 %, the smallest that ECS takes.
const mostPhases = 34
// Amazon ECS API reference, DeploymentConfiguration, bakeTimeInMinutes: at most 24 hours.
const mostMinutes = 1440

/** Parses a well-known name, such as `Canary10Percent5Minutes`, or phases, such as `5%/15m, 50%/1h, 100%/10m`. */
export function parseStrategy(text: string): ParsedStrategy {
  if (Object.hasOwn(namedStrategies, text)) return { phases: namedStrategies[text] as Phases }
  if (!/[%/,]/.test(text)) return { faults: [unknownName(text)] }
  const parsed = text.split(',').map(part => parsePhase(part.trim()))
  const faults = parsed.flatMap(one => ('faults' in one ? one.faults : []))
  if (faults.length > 0) return { faults }
  const [first, ...others] = parsed.flatMap(one => ('phase' in one ? [one.phase] : []))
  if (first === undefined) return { faults: [unknownName(text)] }
  const phases: Phases = [first, ...others]
  const wrong = sequenceFaults(phases)
  return wrong.length > 0 ? { faults: wrong } : { phases }
}

/** The phases of a strategy that `strategyText` has accepted. */
export function phasesIn(text: string): Phases {
  const parsed = parseStrategy(text)
  if ('phases' in parsed) return parsed.phases
  throw new TypeError(`${text} was not checked: ${parsed.faults.join('; ')}`)
}

/** A strategy in service.json: a name or phases. */
export const strategyText = z
  .string()
  .superRefine((text, context) => {
    const parsed = parseStrategy(text)
    if ('faults' in parsed) for (const fault of parsed.faults) context.addIssue(fault)
  })
  .describe(
    'How traffic moves to a new revision: a name such as Canary10Percent5Minutes, or phases such as 5%/15m, 50%/1h, 100%/10m',
  )

function unknownName(text: string): string {
  // People copy them from CodeDeploy, where each platform has a prefix.
  const name = text.replace(/^CodeDeployDefault\./i, '').replace(/^(?:Lambda|ECS)(?=[A-Z])/i, '')
  const meant = nearest(name, Object.keys(namedStrategies))
  const hint = meant === undefined ? example : `Did you mean ${meant}?`
  return `${quote(text)} is not a strategy. ${hint}`
}

const example = 'Use a name such as Canary10Percent5Minutes, or phases such as 5%/15m, 50%/1h, 100%/10m.'

type ParsedPhase = { readonly phase: Phase } | { readonly faults: readonly string[] }

function parsePhase(text: string): ParsedPhase {
  if (text === '') return { faults: ['a comma has no phase before or after it: remove it'] }
  const found = /^([^%/]*)(%?)(?:\s*\/\s*(.*))?$/s.exec(text)
  const [, written = '', sign, time] = found ?? []
  if (found === null || sign === '')
    return { faults: [`${quote(text)} is not a phase: use a share and a time, such as 5%/15m`] }
  const share = parseShare(written.trim(), text)
  const minutes = parseMinutes(time, text)
  const faults = [share, minutes].filter(one => typeof one === 'string')
  if (typeof share === 'number' && typeof minutes === 'number') return { phase: { share, minutes } }
  return { faults }
}

function parseShare(written: string, phase: string): number | string {
  const share = /^\d+(?:\.\d+)?$/.test(written) ? Number(written) : Number.NaN
  if (Number.isNaN(share)) return `${quote(phase)}: ${quote(written)} is not a percentage from 1 to 100`
  if (!Number.isInteger(share)) return `${quote(phase)}: a share is a whole percentage, without a fraction`
  if (share === 0) return `${quote(phase)}: 0 % sends the new revision no traffic: begin with at least 1 %`
  return share > 100 ? `${quote(phase)}: ${share} % is more than all traffic` : share
}

function parseMinutes(written: string | undefined, phase: string): number | string {
  if (written === undefined || written === '')
    return `${quote(phase)} has no time: say how long it lasts, such as ${quote(`${phase.replace(/\/?\s*$/, '')}/15m`)}`
  const found = /^(?=\d)(?:(\d{1,9})h)?(?:(\d{1,9})m)?$/.exec(written)
  if (found === null)
    return `${quote(phase)}: ${quote(written)} is not a time in whole minutes: use 15m, 1h or 1h30m`
  const minutes = Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0)
  return minutes > mostMinutes
    ? `${quote(phase)}: ${printMinutes(minutes)} is longer than AWS allows, which is ${printMinutes(mostMinutes)}`
    : minutes
}

function sequenceFaults(phases: Phases): string[] {
  const faults = phases.flatMap(({ share, minutes }, index) => {
    const before = phases[index - 1]
    const isLast = index === phases.length - 1
    return [
      ...(before !== undefined && share <= before.share
        ? [`the shares must increase, but ${share} % follows ${before.share} %`]
        : []),
      ...(minutes === 0 && !isLast
        ? [`the phase of ${share} % has no time, so nothing could be seen in it`]
        : []),
    ]
  })
  const last = phases.at(-1)?.share
  if (last !== 100) faults.push(`the last phase must be of 100 %, and is of ${last} %`)
  if (phases.length > mostPhases)
    faults.push(`has ${phases.length} phases, and at most ${mostPhases} are possible`)
  return faults
}
