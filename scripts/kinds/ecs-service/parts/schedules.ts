import { z } from 'zod'

// EventBridge Scheduler user guide, "Schedule types": a one-time `at(…)` would run once for ever in the settings.
const expression = z
  .string()
  .regex(
    /^(rate\([1-9][0-9]* (minute|hour|day)s?\)|cron\([^\s()]+( [^\s()]+){5}\))$/,
    'must be rate(5 minutes) or cron(0 3 * * ? *), which has six fields',
  )

const schedule = z.strictObject({
  expression: expression.describe('When: rate(1 hour), or cron(0 3 * * ? *)'),
  timezone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .default('UTC')
    .describe('The time zone of a cron expression'),
  command: z
    .array(z.string().refine(text => !text.startsWith('{%'), 'must not begin with {%: AWS would evaluate it'))
    .min(1)
    .describe("What the service's own container runs, and then ends"),
  timeoutMinutes: z
    .number()
    .int()
    .min(1)
    .max(10_080)
    .default(60)
    .describe('Minutes after which a task that still runs is stopped'),
  state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
})

/** What is run now and then with the task definition that serves, by name. */
export const schedules = z.record(
  z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must have lower-case letters, digits and single hyphens'),
  schedule,
)

/** What is run now and then, as parsed. */
export type Schedules = z.output<typeof schedules>

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
