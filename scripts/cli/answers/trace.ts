import { z } from 'zod'
import { list, tag } from './shared.ts'

const link = z.strictObject({
  name: z.string(),
  state: z.enum(['ok', 'broken', 'note']),
  detail: z.string(),
})

/** What `make trace` answers. */
export const traceAnswer = z.strictObject({ tag, links: list(link) })

export type TraceAnswer = z.input<typeof traceAnswer>
