import { z } from 'zod'
import { list } from '../shared.ts'

/** What `npx waybill upgrade` answers. */
export const upgradeAnswer = z.strictObject({
  from: z.string(),
  to: z.string(),
  files: list(
    z.strictObject({
      path: z.string(),
      result: z.enum(['already done', 'created', 'replaced', 'merged', 'conflict', 'removed', 'left']),
    }),
  ).describe('With DRY_RUN=1, what would become of each'),
  changes: z.string().describe('The parts of the changelog between both versions'),
})

export type UpgradeAnswer = z.input<typeof upgradeAnswer>
