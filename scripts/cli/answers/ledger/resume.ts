import { z } from 'zod'
import { hold, list, result } from '../shared.ts'

const resumed = z.strictObject({
  service: z.string(),
  result: result.describe('already done: it was not held'),
  hold: hold.optional().describe('What held it'),
  next: z.string().describe('What the next deploy will do'),
})

/** What `make resume` answers. */
export const resumeAnswer = z.strictObject({ environment: z.string(), results: list(resumed) })

export type ResumeAnswer = z.input<typeof resumeAnswer>
