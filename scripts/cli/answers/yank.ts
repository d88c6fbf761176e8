import { z } from 'zod'
import { list, result, tag } from './shared.ts'

const yank = z.strictObject({
  schema: z.literal(1),
  tag,
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
})

/** What `make yank` answers. */
export const yankAnswer = z.strictObject({
  yank,
  pinnedIn: list(z.string()).describe('The environments that are pinned to it'),
  result,
})

export type YankAnswer = z.input<typeof yankAnswer>
