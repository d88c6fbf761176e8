import { z } from 'zod'
import { list } from '../shared.ts'

/** What `npx waybill init` answers. */
export const initAnswer = z.strictObject({
  files: list(
    z.strictObject({
      path: z.string(),
      result: z
        .enum(['created', 'lines added', 'already done', 'left', 'would be created', 'lines would be added'])
        .describe('left: it exists and says something else'),
    }),
  ),
  services: list(z.string()).describe('The services that have a service.json now, or would have'),
})

export type InitAnswer = z.input<typeof initAnswer>
