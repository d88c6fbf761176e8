import type { AlarmState } from './state.ts'

/** When an alarm rings: how many of how many periods breach, and what a period without data counts as. */
export type Rule = {
  evaluationPeriods: number
  datapointsToAlarm: number
  breaches: (value: number) => boolean
  missing: 'missing' | 'ignore' | 'breaching' | 'notBreaching'
}

/** How many periods CloudWatch looks at beyond those that it evaluates; its guide shows five for three. */
const extraPeriods = 2

/** How many of the last periods decide about an alarm. */
export function periodsLookedAt({ evaluationPeriods }: Rule): number {
  return evaluationPeriods + extraPeriods
}

/**
 * An alarm's state from the value of each period that CloudWatch looks at, newest first, undefined where there is no
 * data; undefined when the alarm stays as it is. It rests on as many periods with data as there are, and fills in only
 * what they lack (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data").
 */
export function judge(rule: Rule, values: readonly (number | undefined)[]): AlarmState | undefined {
  const { evaluationPeriods, datapointsToAlarm, missing } = rule
  const real = values.filter(value => value !== undefined)
  if (real.length === 0) return withoutData[missing]
  const decisive = real.slice(0, evaluationPeriods)
  const breaching = decisive.filter(rule.breaches).length
  const filled = missing === 'breaching' ? evaluationPeriods - decisive.length : 0
  if (breaching + filled >= datapointsToAlarm) return 'ALARM'
  const lacks = decisive.length < evaluationPeriods
  if (!lacks || !isPremature(rule, values)) return 'OK'
  if (missing === 'missing') return 'ALARM'
  return missing === 'ignore' ? undefined : 'OK'
}

const withoutData: Record<Rule['missing'], AlarmState | undefined> = {
  missing: 'INSUFFICIENT_DATA',
  ignore: undefined,
  breaching: 'ALARM',
  notBreaching: 'OK',
}

/** Whether all that is there breaches, and did so long enough ago: then CloudWatch does not wait for the missing data. */
function isPremature(
  { datapointsToAlarm, breaches }: Rule,
  values: readonly (number | undefined)[],
): boolean {
  const age = values.findLastIndex(value => value !== undefined) + 1
  return age >= datapointsToAlarm && values.every(value => value === undefined || breaches(value))
}
