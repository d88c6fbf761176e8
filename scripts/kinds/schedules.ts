import { z } from 'zod'

/** The schema of a name that becomes part of a name in AWS. */
export const partOfName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must have lower-case letters, digits and single hyphens')

// EventBridge Scheduler user guide, "Schedule types". A one-time at(…) would stay in the settings for ever.
const expression = z
  .string()
  .regex(
    /^(rate\([1-9][0-9]* (minute|hour|day)s?\)|cron\([A-Z0-9*?,/#-]+( [A-Z0-9*?,/#-]+){5}\))$/,
    'must be rate(5 minutes) or cron(0 3 * * ? *), which has six fields',
  )

/** When something happens, whatever it is. */
export const scheduleFields = {
  expression: expression.describe('When: rate(1 hour), or cron(0 3 * * ? *)'),
  timezone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .default('UTC')
    .describe('The time zone of a cron expression'),
  state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
} as const

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
