import { z } from 'zod'
import { partOfName, scheduleFields } from '../schedules.ts'

const schedule = z.strictObject({
  ...scheduleFields,
  input: z.json().optional().describe('What it is called with; what EventBridge Scheduler sends by default'),
  flexibleMinutes: z
    .number()
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe('Within how many minutes it is called; at once by default'),
  maximumRetryAttempts: z.number().int().min(0).max(185).default(185),
})

/** The schema of when a function is called, by name. */
export const schedules = z.record(partOfName, schedule)
