import { z } from 'zod'
import { commit, digest, proposal, tag } from '../shared.ts'

/** What `make rollback` answers. */
export const rollbackAnswer = z.strictObject({
  service: z.string(),
  environment: z.string(),
  result: z
    .enum(['back', 'already back', 'would go back'])
    .describe(
      'already back: it was there before, or another run had sent it; this one finished what was left, if anything was',
    ),
  from: z.string().describe('The revision that had the traffic'),
  to: z.strictObject({
    revision: z.string(),
    tag: tag.optional().describe('Unknown where the ledger cannot be read'),
    digest: digest.optional(),
    sequence: z.number().optional().describe('The entry of the ledger that verified it'),
  }),
  milliseconds: z.number().describe('From the start of the command until the traffic was back'),
  sequence: z
    .number()
    .optional()
    .describe('The entry of this rollback in the ledger, which also holds the service'),
  pin: z.enum(['created', 'already done', 'proposed', 'as before']).optional(),
  proposal: proposal.optional().describe('Where the pin waits to be merged'),
  changedBy: commit
    .optional()
    .describe('The commit that changed the settings since, which the hold keeps out'),
})

export type RollbackAnswer = z.input<typeof rollbackAnswer>
