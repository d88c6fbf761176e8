import { z } from 'zod'

/** The schema of the name of what calls a function, which becomes part of a name in AWS. */
export const triggerName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must have lower-case letters, digits and single hyphens')

// EventBridge Scheduler user guide, "Schedule types". A one-time at(…) would stay in the settings for ever.
const expression = z
  .string()
  .regex(
    /^(rate\([1-9][0-9]* (minute|hour|day)s?\)|cron\([A-Z0-9*?,/#-]+( [A-Z0-9*?,/#-]+){5}\))$/,
    'must be rate(5 minutes) or cron(0 3 * * ? *), which has six fields',
  )

const schedule = z.strictObject({
  expression: expression.describe('When: rate(1 hour), or cron(0 3 * * ? *)'),
  timezone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .default('UTC')
    .describe('The time zone of a cron expression'),
  input: z.json().optional().describe('What it is called with; what EventBridge Scheduler sends by default'),
  flexibleMinutes: z
    .number()
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe('Within how many minutes it is called; at once by default'),
  maximumRetryAttempts: z.number().int().min(0).max(185).default(185),
  state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
})

/** The schema of when a function is called, by name. */
export const schedules = z.record(triggerName, schedule)

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
