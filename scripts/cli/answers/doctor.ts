import { z } from 'zod'
import { list } from './shared.ts'

const check = z.strictObject({
  title: z.string(),
  state: z.enum(['ok', 'warning', 'failed', 'not checked']),
  detail: z.string(),
  cause: z.string().optional(),
  remedy: z.string().optional(),
  ending: z.enum(['badInput', 'cloud']).optional().describe('Left out where the command can end well'),
})

/** What `make doctor` answers. */
export const doctorAnswer = z.strictObject({ checks: list(check) })
