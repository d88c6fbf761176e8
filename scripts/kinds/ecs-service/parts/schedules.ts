import { z } from 'zod'
import { partOfName, scheduleFields } from '../../schedules.ts'

const schedule = z.strictObject({
  ...scheduleFields,
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
})

/** What is run now and then with the task definition that serves, by name. */
export const schedules = z.record(partOfName, schedule)

/** What is run now and then, as parsed. */
export type Schedules = z.output<typeof schedules>
