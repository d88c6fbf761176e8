import { z } from 'zod'
import { hold, list, result } from '../shared.ts'

const held = z.strictObject({
  service: z.string(),
  result,
  hold: hold.optional().describe('What holds it now'),
})

/** What `make hold` answers. */
export const holdAnswer = z.strictObject({ environment: z.string(), results: list(held) })

export type HoldAnswer = z.input<typeof holdAnswer>
