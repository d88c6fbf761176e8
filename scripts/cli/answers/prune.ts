import { z } from 'zod'
import { list, tag } from './shared.ts'

const revision = z.strictObject({ revision: z.string(), tag: tag.optional() })

const pruned = z.strictObject({
  service: z.string(),
  kept: z.int().describe('How many revisions stay'),
  removed: list(revision).describe('With DRY_RUN=1: what would be removed'),
})

/** What `make prune` answers. */
export const pruneAnswer = z.strictObject({
  environment: z.string(),
  results: list(pruned).describe('The services whose platform keeps old revisions'),
})
