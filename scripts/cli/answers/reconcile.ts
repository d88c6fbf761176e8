import { z } from 'zod'
import { list } from './shared.ts'

const finding = z.strictObject({
  subject: z
    .string()
    .describe('A tag, a key, an image or the path of a pin; with ENV, a service and its environment'),
  problem: z.string(),
  fixable: z.boolean().describe('Whether reconcile can fix it without a person'),
})

/** What `make reconcile` answers. */
export const reconcileAnswer = z.strictObject({
  findings: list(finding),
  fixed: z.int().describe('How many releases, or services with ENV, were fixed now'),
})

export type ReconcileAnswer = z.input<typeof reconcileAnswer>
