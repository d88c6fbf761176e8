import { z } from 'zod'

const most = 5000
const percent = z.number().int().min(1).max(100)

/** The number of tasks: fixed, or limits within which AWS scales it. */
export const count = z.union(
  [
    z.number().int().min(0).max(most),
    z.strictObject({
      min: z.number().int().min(1).max(most).describe('The fewest tasks'),
      max: z.number().int().min(1).max(most).describe('The most tasks'),
      cpuPercent: percent.optional().describe('The average CPU to keep'),
      memoryPercent: percent.optional().describe('The average memory to keep'),
      requestsPerTask: z.number().positive().optional().describe('Requests per minute for each task to keep'),
    }),
  ],
  'must be a number of tasks, or { min, max } with cpuPercent, memoryPercent or requestsPerTask',
)

/** The number of tasks, as parsed. */
export type Count = z.output<typeof count>

/** The limits of a service that scales by itself; undefined if it has a fixed number of tasks. */
export function scalingOf({ count }: { readonly count: Count }) {
  return typeof count === 'number' ? undefined : count
}

/** Faults of a number of tasks; `shifting` is what a strategy that shifts traffic is called. */
export function countFaults(
  given: Count,
  { isRouted, shifting }: { readonly isRouted: boolean; readonly shifting: string | undefined },
): string[] {
  if (typeof given === 'number') return []
  const { min, max, requestsPerTask } = given
  const bad = []
  if (min > max) bad.push(`count: min is ${min}, more than max, which is ${max}`)
  if (requestsPerTask === undefined) return bad
  if (!isRouted) bad.push('count.requestsPerTask: counts requests, so it needs a route')
  // Its metric belongs to one target group, and after each shift the tasks are in the other.
  else if (shifting !== undefined)
    bad.push(`count.requestsPerTask: does not work with ${shifting}: use cpuPercent or memoryPercent`)
  return bad
}
