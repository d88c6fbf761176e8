import { z } from 'zod'

const common = {
  times: z.number().int().min(1).max(100).default(1).describe('How many calls, one after the other'),
  timeoutSeconds: z.number().int().min(1).max(900).default(30).describe('For each call'),
}

/** The schema of a function's smoke check. */
export const callCheck = z.strictObject({
  payload: z.json().default({}).describe('What the function is called with'),
  contains: z
    .json()
    .optional()
    .describe('What its answer must hold: each field of an object, and anything else as it is'),
  ...common,
})

/** The schema of the smoke check of a service behind a load balancer. */
export const requestCheck = z.strictObject({
  path: z
    .string()
    .regex(/^\/[!-~]*$/, 'must be a path such as /health')
    .describe('Such as /health'),
  status: z.number().int().min(100).max(599).default(200),
  ...common,
})

/** What is asked of a revision before it gets traffic. */
export type SmokeCheck = z.output<typeof callCheck> | z.output<typeof requestCheck>

/** Whether an answer holds what it should: each field of an object, recursively, and anything else as it is. */
export function holds(answer: unknown, wanted: unknown): boolean {
  if (!isObject(wanted)) return Array.isArray(wanted) ? isSameList(answer, wanted) : answer === wanted
  return isObject(answer) && Object.entries(wanted).every(([name, value]) => holds(answer[name], value))
}

function isSameList(answer: unknown, wanted: readonly unknown[]): boolean {
  if (!Array.isArray(answer) || answer.length !== wanted.length) return false
  return wanted.every((value, index) => holds(answer[index], value))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
