import { z } from 'zod'
import { count } from '../base/printable.ts'

const percent = z.number().positive().max(100)
const requests = z.number().int().min(1).max(1_000_000)

/** When a rollout goes back, and when it only warns. Every group has defaults, so that an environment can override one number. */
export const criteriaSchema = z.strictObject({
  critical: z
    .strictObject({
      percent: percent.default(50).describe('Share of the requests that fail'),
      requests: requests.default(20).describe('The fewest requests that it takes'),
    })
    .prefault({})
    .describe('Goes back at once'),
  sustained: z
    .strictObject({
      percent: percent.default(5).describe('Share of the requests that fail'),
      requests: requests.default(50).describe('The fewest requests that make a full sample'),
    })
    .prefault({})
    .describe('Goes back if the new revision is clearly worse than the one before'),
  warning: z
    .strictObject({ percent: percent.default(2).describe('Share of the requests that fail') })
    .prefault({})
    .describe('Is noted'),
  noData: z
    .enum(['probe', 'back'])
    .default('probe')
    .describe('Without a full sample: makes up for it with smoke calls, or goes back'),
})

/** When a rollout goes back. */
export type Criteria = z.output<typeof criteriaSchema>

/** Criteria that cannot be measured, or that make no sense together; each with the field that it is about. */
export function criteriaFaults({ critical, sustained, warning }: Criteria): string[] {
  const faults = [
    ...unmeasurable('critical', critical),
    ...unmeasurable('sustained', sustained),
    ...unmeasurable('warning', { ...warning, requests: sustained.requests }),
  ]
  if (warning.percent > sustained.percent)
    faults.push(above('warning', warning.percent, 'sustained', sustained.percent))
  if (sustained.percent > critical.percent)
    faults.push(above('sustained', sustained.percent, 'critical', critical.percent))
  return faults
}

/** Prints criteria in one line that a person can check. */
export function printCriteria({ critical, sustained, warning, noData }: Criteria): string {
  return [
    `back at once from ${critical.percent} % errors of ${critical.requests} requests`,
    `back from ${sustained.percent} % where clearly worse`,
    `a warning from ${warning.percent} %`,
    `${noData === 'probe' ? 'probed' : 'back'} below ${sustained.requests} requests`,
  ].join('; ')
}

/** A criterion is measurable where at least one error of its sample has to be seen. */
function unmeasurable(
  name: string,
  { percent, requests }: { readonly percent: number; readonly requests: number },
): string[] {
  // Sixteen digits of 0.1 % times 1,000 must not become less than one.
  if (percent * requests >= 100 * (1 - Number.EPSILON * 4)) return []
  const enough = Math.ceil(100 / percent)
  return [
    `criteria.${name}.percent: ${percent} % of ${count(requests, 'request')} is less than one error: use at least ${Math.ceil(10_000 / requests) / 100} %, or samples of ${enough} requests`,
  ]
}

function above(lower: string, low: number, upper: string, up: number): string {
  return `criteria.${lower}.percent: ${low} is more than that of ${upper}, which is ${up}`
}
