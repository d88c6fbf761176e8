import { z } from 'zod'
import { list } from './shared.ts'

const finding = z.strictObject({
  subject: z.string().describe('A tag, a key, an image or the path of a pin'),
  problem: z.string(),
  mends: z.boolean().describe('Whether it is fixed without a person'),
})

/** What `make reconcile` answers. */
export const reconcileAnswer = z.strictObject({
  findings: list(finding),
  mended: z.int().describe('How many were fixed now'),
})

export type ReconcileAnswer = z.input<typeof reconcileAnswer>
